package io.github.wxtoken.keeper;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A clock that never runs backwards, and that notices both a wall clock put forward and a machine that was suspended.
 *
 * <p>It shows the later of the wall clock and of the monotonic time elapsed since the wall clock was last ahead. So a
 * token is never thought younger than it is: where one of the two clocks stood still or was set back, the other counts.
 * A wall clock that was put forward by mistake and back again leaves this clock ahead until the process ends; that
 * costs an early refresh, and moves the midnight of the budget.
 *
 * <p>Thread-safe and lock-free.
 */
final class SteadyClock implements InstantSource {

    private final InstantSource wall;
    private final LongSupplier nanoTime;

    /** Nanosecond times have an arbitrary origin and may overflow: only differences mean something. */
    private final long origin;

    /** The most that the wall clock was ever ahead of the monotonic one, in milliseconds. */
    private final AtomicLong lead = new AtomicLong(Long.MIN_VALUE);

    SteadyClock(InstantSource wall, LongSupplier nanoTime) {
        this.wall = wall;
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
    }

    @Override
    public long millis() {
        // The wall first: a thread that is held up between the two readings then understates the lead, which does no
        // harm, where the other order would overstate it for ever.
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
