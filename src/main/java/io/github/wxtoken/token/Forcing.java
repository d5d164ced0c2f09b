package io.github.wxtoken.token;

import java.time.Instant;

/**
 * The state of forced refreshes, by which the stable API replaces a token that it hands out though it refuses it.
 *
 * @param needed whether WeChat handed the current token out again after it had refused it
 * @param spent the day's forced refreshes
 * @param last when the last of them was claimed
 */
public record Forcing(boolean needed, Budget spent, Instant last) {

    static final Forcing NONE = new Forcing(false, Budget.UNTOUCHED, Instant.EPOCH);

    Forcing needed(boolean now) {
        return needed == now ? this : new Forcing(now, spent, last);
    }

    Forcing begun(Instant now) {
        return new Forcing(needed, spent.spend(now), now);
    }

    /** Takes back one that surely did not reach WeChat. */
    Forcing refunded() {
        return new Forcing(needed, spent.refund(), last);
    }
}
