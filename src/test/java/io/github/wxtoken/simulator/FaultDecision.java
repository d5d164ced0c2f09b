package io.github.wxtoken.simulator;

import java.time.Instant;

/** The decision of a fault about a call that it concerns. */
enum FaultDecision {
    HIT,
    MISS,
    /** A miss, after which the fault never hits again. */
    OVER;

    /** Called under the switchboard's lock, once per call. */
    interface Decision {
        FaultDecision about(Instant now);
    }
}
