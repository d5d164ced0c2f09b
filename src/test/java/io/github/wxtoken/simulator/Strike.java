package io.github.wxtoken.simulator;

import java.time.Instant;

/** What a fault that is set decides about a call that it concerns. */
enum Strike {
    HIT,
    MISS,
    /** A miss, and there will be no hit any more. */
    OVER;

    /** Asked under the switchboard's lock, once for each call. */
    interface Decision {
        Strike about(Instant now);
    }
}
