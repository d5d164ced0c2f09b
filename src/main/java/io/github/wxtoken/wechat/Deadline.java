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

    /** Returns the initial time limit. */
    Duration whole() {
        return whole;
    }

    /** Returns the remaining time, never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** Returns whether more than half of the time is over; the rest is reserved for the response. */
    boolean pastHalf() {
        return left().multipliedBy(2).compareTo(whole) < 0;
    }
}
