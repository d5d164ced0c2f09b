package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that a test moves by hand, so that hours pass instantly. It follows another clock at the offset it was
 * moved to. Thread-safe.
 */
public final class MovableClock implements InstantSource {

    private final InstantSource base;
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    /** Creates a clock equal to {@code base} until it is moved, for skew and jumps in real-time runs. */
    public MovableClock(InstantSource base) {
        this.base = base;
    }

    /** Creates a clock that only changes when it is moved. */
    public static MovableClock standingAt(Instant start) {
        return new MovableClock(InstantSource.fixed(start));
    }

    @Override
    public Instant instant() {
        return base.instant().plus(offset.get());
    }

    /** Moves the clock, backwards if {@code step} is negative. */
    public void advance(Duration step) {
        offset.updateAndGet(step::plus);
    }
}
