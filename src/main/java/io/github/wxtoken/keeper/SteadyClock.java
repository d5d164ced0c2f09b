package io.github.wxtoken.keeper;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A clock that never runs backwards. It follows a wall clock that is set forward, and advances over a suspension.
 *
 * <p>It returns the later of the wall clock and the monotonic time elapsed since the wall clock was last ahead. If one
 * of the two stands still or is set back, the other counts. So a token's age is never underestimated. If the wall clock
 * is set forward by mistake and back again, this clock stays ahead until the process ends. That costs an early refresh
 * and moves the midnight of the budget.
 *
 * <p>Thread-safe and lock-free.
 */
final class SteadyClock implements InstantSource {

    private final InstantSource wall;
    private final LongSupplier nanoTime;

    /** Nanosecond times have an arbitrary origin and may overflow, so only differences are meaningful. */
    private final long origin;

    /** The maximum so far by which the wall clock was ahead of the monotonic time, in milliseconds. */
    private final AtomicLong lead = new AtomicLong(Long.MIN_VALUE);

    SteadyClock(InstantSource wall, LongSupplier nanoTime) {
        this.wall = wall;
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
    }

    @Override
    public long millis() {
        // The wall clock is read first: a pause between the two readings then makes the lead too small, which does no
        // harm. In the other order it would stay too large for ever.
        long wallMillis = wall.millis();
        long monotonic = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - origin);
        long ahead = wallMillis - monotonic;
        long most = lead.get();
        return monotonic + (ahead > most ? lead.accumulateAndGet(ahead, Math::max) : most);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }
}
