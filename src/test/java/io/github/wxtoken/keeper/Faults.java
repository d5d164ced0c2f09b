package io.github.wxtoken.keeper;

import java.time.Duration;

/**
 * What befalls the replicas of a {@link Cluster}, and how often.
 *
 * @param share of the calls to WeChat that go wrong, and of the other occasions for trouble
 * @param atTheWire whether a replica may also be paused between its last look at its claim and the sending, so that its
 *     request is late though nothing could keep it from being so
 * @param longestPause of a replica that is about to send, or has sent
 */
record Faults(double share, boolean atTheWire, Duration longestPause) {

    private static final Duration USUAL = Duration.ofMinutes(10);

    static Faults of(double share) {
        return new Faults(share, false, USUAL);
    }

    /** The same, and requests that are sent late. */
    Faults withLateRequests() {
        return new Faults(share, true, longestPause);
    }

    /** The same, with other pauses. */
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
