package io.github.wxtoken.token;

import static io.github.wxtoken.token.Instants.earlier;
import static io.github.wxtoken.token.Instants.later;

import io.github.wxtoken.token.Doubt.Level;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What may be served as long as a record stands: a token, and until when it may be relied on.
 *
 * @param token the token
 * @param version the version of the token
 * @param limit its expiry, or the end of the overlap after a fetch that may have superseded it
 * @param claimedAt when the fetch under way that supersedes it was claimed, or null for none
 * @param plannedAt when the next fetch may be claimed, from which the old token has the overlap left
 * @param overlap how long WeChat takes the old token after a refresh
 * @param acceptedUntil until when WeChat's word counts that it accepts the token
 */
public record ServingTerms(
        Token token,
        long version,
        Instant limit,
        @Nullable Instant claimedAt,
        Instant plannedAt,
        Duration overlap,
        Instant acceptedUntil) {

    /** Until when a caller may rely on the token that it is given now. */
    public Instant until(Instant now) {
        return earlier(limit, (claimedAt == null ? later(plannedAt, now) : claimedAt).plus(overlap));
    }

    /**
     * Until when a caller may rely on the token that it is given by a replica that is out of touch with the others.
     *
     * @param mintableFrom the earliest fetch by another replica of which this one would not know
     * @param contended whether that fetch would be the second one since this token was the only one
     */
    public Instant untilAdrift(Instant mintableFrom, boolean contended) {
        // Of two fetches the second ends it at once.
        Instant settled = claimedAt != null
                ? earlier(claimedAt.plus(overlap), mintableFrom)
                : contended ? mintableFrom : mintableFrom.plus(overlap);
        return earlier(limit, later(settled, acceptedUntil));
    }

    /** Until when WeChat takes it, as far as that is settled, after the fetch under way. */
    Instant end() {
        return claimedAt == null ? limit : earlier(limit, claimedAt.plus(overlap));
    }

    /** What may be served as long as a record stands, or null for nothing. */
    public static @Nullable ServingTerms of(TokenRecord record, RefreshPolicy policy) {
        Token current = record.current();
        if (current == null || record.is(Level.DEAD)) {
            return null;
        }
        Claim claim = record.claim();
        Instant verified = record.verifiedAt();
        Instant acceptedUntil = verified == null ? Instant.EPOCH : verified.plus(RefreshPolicy.LOOK_HOLDS);
        Instant limit = current.expiresAt();
        Doubt doubt = record.doubt();
        Instant claimedAt = claim != null && policy.supersedes(claim.trigger()) ? claim.since() : null;
        if (doubt != null && doubt.level() == Level.UNSURE) {
            // A second fetch would end it at once, whatever WeChat has just said.
            limit = claimedAt == null
                    ? earlier(limit, later(doubt.since().plus(policy.overlap()), acceptedUntil))
                    : Instant.EPOCH;
        }
        PendingOrder pendingOrder = record.pendingOrder();
        // Once the first of the two tokens that revoke it is here, it is not served any more; the second ends it.
        Duration overlap = pendingOrder != null && pendingOrder.revokes() ? RefreshPolicy.MIN_GAP : policy.overlap();
        return new ServingTerms(
                current, record.version(), limit, claimedAt, record.dueAt(policy), overlap, acceptedUntil);
    }
}
