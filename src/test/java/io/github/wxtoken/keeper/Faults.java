package io.github.wxtoken.keeper;

import java.time.Duration;

/**
 * The kinds and frequency of faults in a {@link Cluster}.
 *
 * @param share the share of failing calls to WeChat and of other faults
 * @param atTheWire whether a replica may also pause between its last check of its claim and sending; its request is
 *     then late and no check can prevent it
 * @param longestPause the longest pause of a replica just before or after it sends
 */
record Faults(double share, boolean atTheWire, Duration longestPause) {

    private static final Duration USUAL = Duration.ofMinutes(10);

    static Faults of(double share) {
        return new Faults(share, false, USUAL);
    }

    /** Returns these faults with late requests added. */
    Faults withLateRequests() {
        return new Faults(share, true, longestPause);
    }

    /** Returns these faults with another longest pause. */
    Faults withPausesUpTo(Duration longest) {
        return new Faults(share, atTheWire, longest);
    }

    @Override
    public String toString() {
        return "%.0f %%".formatted(100 * share)
                + (atTheWire ? ", late requests" : "")
                + (longestPause.equals(USUAL) ? "" : ", pauses to " + longestPause.toMinutes() + " min");
    }
}
