package io.github.wxtoken.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operator's order that is not complete yet: the number of tokens to fetch one after the other.
 *
 * <p>WeChat keeps two tokens per account. One more fetch ends the current token after the overlap, two end it at once.
 * For a leaked token of the stable API, WeChat advises two forced refreshes, 30 s apart (<a
 * href="https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html">getStableAccessToken</a>);
 * for the classic API this is inferred by analogy.
 *
 * @param mints the number of fetches still to do, at least 1
 * @param since when the operator ordered it
 */
public record PendingOrder(int mints, Instant since) {

    public static final int TO_REFRESH = 1;
    public static final int TO_REVOKE = 2;

    /** Returns whether the order ends the current token as soon as WeChat allows. */
    boolean revokes() {
        return mints >= TO_REVOKE;
    }

    /** Returns the remaining order after one fetch, or null if it is complete. */
    static @Nullable PendingOrder afterOne(@Nullable PendingOrder pendingOrder) {
        return pendingOrder == null || pendingOrder.mints == 1
                ? null
                : new PendingOrder(pendingOrder.mints - 1, pendingOrder.since);
    }
}
