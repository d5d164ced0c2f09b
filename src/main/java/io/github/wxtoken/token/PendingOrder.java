package io.github.wxtoken.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has ordered and is still to be done: so many tokens to be fetched, one after the other.
 *
 * <p>WeChat keeps two tokens of an account, so one more ends the current one when its overlap is over, and two end it at
 * once. For the stable API that is what WeChat advises when a token has leaked: force a refresh twice, 30 s apart (<a
 * href="https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html">getStableAccessToken</a>);
 * for the classic one it is so by analogy.
 *
 * @param mints how many are still to be fetched, at least one
 * @param since when it was ordered
 */
public record PendingOrder(int mints, Instant since) {

    public static final int TO_REFRESH = 1;
    public static final int TO_REVOKE = 2;

    /** Whether the current token is to be ended as soon as WeChat allows. */
    boolean revokes() {
        return mints >= TO_REVOKE;
    }

    /** What is left of it after a fetch, or null. */
    static @Nullable PendingOrder afterOne(@Nullable PendingOrder pendingOrder) {
        return pendingOrder == null || pendingOrder.mints == 1
                ? null
                : new PendingOrder(pendingOrder.mints - 1, pendingOrder.since);
    }
}
