package io.github.wxtoken.token;

import static io.github.wxtoken.token.RefreshPolicy.earlier;
import static io.github.wxtoken.token.RefreshPolicy.later;

import io.github.wxtoken.token.Doubt.Level;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

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

    /** What may be served as long as a record stands, or null for nothing. */
    static @Nullable Offer of(TokenRecord record, RefreshPolicy policy) {
        Token current = record.current();
        if (current == null || record.is(Level.DEAD)) {
            return null;
        }
        Instant end = current.expiresAt();
        Claim claim = record.claim();
        if (claim != null && policy.supersedes(claim.trigger())) {
            end = earlier(end, claim.since().plus(policy.overlap()));
        }
        Doubt doubt = record.doubt();
        if (doubt != null && doubt.level() == Level.UNSURE) {
            Instant verified = record.verifiedAt();
            Instant looked = verified == null ? Instant.EPOCH : verified;
            end = earlier(end, later(doubt.since().plus(policy.overlap()), looked.plus(RefreshPolicy.LOOK_HOLDS)));
        }
        return new Offer(current, record.generation(), end, record.dueAt(policy), policy.overlap());
    }
}
