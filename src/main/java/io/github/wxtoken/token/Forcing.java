package io.github.wxtoken.token;

import java.time.Instant;

/**
 * The state of forced refreshes of a stable token. They replace a token that WeChat rejects but keeps returning.
 *
 * @param needed whether WeChat returned the current token again after rejecting it
 * @param spent the forced refreshes of the day
 * @param last when the last forced refresh was claimed
 */
public record Forcing(boolean needed, Budget spent, Instant last) {

    static final Forcing NONE = new Forcing(false, Budget.UNTOUCHED, Instant.EPOCH);

    Forcing needed(boolean now) {
        return needed == now ? this : new Forcing(now, spent, last);
    }

    Forcing begun(Instant now) {
        return new Forcing(needed, spent.spend(now), now);
    }

    /** Returns the state without one forced refresh that certainly did not reach WeChat. */
    Forcing refunded() {
        return new Forcing(needed, spent.refund(), last);
    }
}
