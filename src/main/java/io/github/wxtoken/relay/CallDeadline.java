package io.github.wxtoken.relay;

import java.time.Duration;

/** The end of the time for one relayed call, on the monotonic clock. */
final class CallDeadline {

    /** Less than it takes to connect and to get an answer. */
    private static final Duration NEAR = Duration.ofMillis(100);

    private final long end;

    CallDeadline(Duration limit) {
        this.end = System.nanoTime() + limit.toNanos();
    }

    /** Returns whether too little time is left for a call to WeChat. Sent now, it would fail as if WeChat were down. */
    boolean isNear() {
        return left().compareTo(NEAR) < 0;
    }

    /** Returns the remaining time, never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
}
