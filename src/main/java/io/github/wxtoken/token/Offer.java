package io.github.wxtoken.token;

import static io.github.wxtoken.token.RefreshPolicy.earlier;
import static io.github.wxtoken.token.RefreshPolicy.later;

import java.time.Duration;
import java.time.Instant;

/**
 * What may be served as long as a record stands: a token, and until when it may be relied on.
 *
 * @param token the token
 * @param generation its version
 * @param end until when WeChat takes it, as far as that is settled: its expiry, or the end of the overlap where a fetch
 *     is under way or may have been
 * @param plannedAt when the next fetch may begin, from which the old token has the overlap left
 * @param overlap how long WeChat takes the old token after a refresh
 */
record Offer(Token token, long generation, Instant end, Instant plannedAt, Duration overlap) {

    /** Until when a caller may rely on the token that it is given now. */
    Instant until(Instant now) {
        return earlier(end, later(plannedAt, now).plus(overlap));
    }
}
