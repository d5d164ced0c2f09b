package io.github.wxtoken.relay;

import java.time.Duration;

/** The end of the time for one relayed call, on the monotonic clock. */
final class CallDeadline {

    private final long end;

    CallDeadline(Duration limit) {
        this.end = System.nanoTime() + limit.toNanos();
    }

    /** Returns the remaining time, never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
}
