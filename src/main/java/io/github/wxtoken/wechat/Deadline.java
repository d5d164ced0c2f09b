package io.github.wxtoken.wechat;

import java.time.Duration;

/** The instant by which a call must have ended, on the monotonic clock. */
final class Deadline {

    private final Duration whole;
    private final long end;

    private Deadline(Duration whole) {
        this.whole = whole;
        this.end = System.nanoTime() + whole.toNanos();
    }

    static Deadline in(Duration whole) {
        return new Deadline(whole);
    }

    /** The time there was at first. */
    Duration whole() {
        return whole;
    }

    /** The time left, never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** Whether more than half of the time is gone; what is left should be kept for the answer. */
    boolean pastHalf() {
        return left().multipliedBy(2).compareTo(whole) < 0;
    }
}
