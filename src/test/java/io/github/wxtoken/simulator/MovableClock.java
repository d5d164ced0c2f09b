package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that a test moves by hand, so that hours pass in no time. It follows another clock, at the distance to which it
 * was moved. Safe for use by many threads.
 */
public final class MovableClock implements InstantSource {

    private final InstantSource base;
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    /** A clock that agrees with {@code base} until it is moved: skew, and jumps in a run in real time. */
    public MovableClock(InstantSource base) {
        this.base = base;
    }

    /** A clock that stands still between one move and the next. */
    public static MovableClock standingAt(Instant start) {
        return new MovableClock(InstantSource.fixed(start));
    }

    @Override
    public Instant instant() {
        return base.instant().plus(offset.get());
    }

    /** Moves the clock, also backwards when {@code step} is negative. */
    public void advance(Duration step) {
        offset.updateAndGet(step::plus);
    }
}
