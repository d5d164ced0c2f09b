package io.github.wxtoken.token;

import static io.github.wxtoken.token.Instants.earlier;
import static io.github.wxtoken.token.Instants.later;

import io.github.wxtoken.token.Doubt.Level;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The servable token of a record, and how long callers may rely on it. Computed once per record.
 *
 * @param token the token
 * @param version the version of the token
 * @param limit the token's expiry, or the end of the overlap after a fetch that may have superseded the token
 * @param claimedAt when a fetch in progress that supersedes the token was claimed, or null for none
 * @param dueAt when the next fetch may be claimed; the old token then has the overlap left
 * @param overlap how long the old token is served after a refresh
 * @param acceptedUntil until when the last successful probe proves that WeChat accepts the token
 */
public record ServingTerms(
        Token token,
        long version,
        Instant limit,
        @Nullable Instant claimedAt,
        Instant dueAt,
        Duration overlap,
        Instant acceptedUntil) {

    /** Returns until when a caller may rely on the token if it is served now. */
    public Instant until(Instant now) {
        return earlier(limit, (claimedAt == null ? later(dueAt, now) : claimedAt).plus(overlap));
    }

    /**
     * Returns until when a caller may rely on the token if it is served by a replica that is cut off from the others.
     *
     * @param mintableFrom the earliest time of a fetch by another replica that this one would not notice
     * @param unshared whether that fetch may already be the second one after this token
     */
    public Instant untilAdrift(Instant mintableFrom, boolean unshared) {
        // The second of two fetches ends the token at once.
        Instant settled = claimedAt != null
                ? earlier(claimedAt.plus(overlap), mintableFrom)
                : unshared ? mintableFrom : mintableFrom.plus(overlap);
        return earlier(limit, later(settled, acceptedUntil));
    }

    /** Returns until when WeChat certainly accepts the token, given the fetch in progress. */
    Instant end() {
        return claimedAt == null ? limit : earlier(limit, claimedAt.plus(overlap));
    }

    /** Returns the terms for a record, or null if it has no servable token. */
    public static @Nullable ServingTerms of(TokenRecord record, RefreshPolicy policy) {
        Token current = record.current();
        if (current == null || record.is(Level.DEAD)) {
            return null;
        }
        Claim claim = record.claim();
        Instant verified = record.verifiedAt();
        Instant acceptedUntil = verified == null ? Instant.EPOCH : verified.plus(RefreshPolicy.PROBE_HOLDS);
        Instant limit = current.expiresAt();
        Doubt doubt = record.doubt();
        Instant claimedAt = claim != null && policy.supersedes(claim.trigger()) ? claim.since() : null;
        if (doubt != null && doubt.level() == Level.UNSURE) {
            // A second fetch ends the token at once, whatever the last probe found.
            limit = claimedAt == null
                    ? earlier(limit, later(doubt.since().plus(policy.overlap()), acceptedUntil))
                    : Instant.EPOCH;
        }
        PendingOrder pendingOrder = record.pendingOrder();
        // A revocation takes two fetches. The old token is not served after the first; the second ends it.
        Duration overlap = pendingOrder != null && pendingOrder.revokes() ? RefreshPolicy.MIN_GAP : policy.overlap();
        return new ServingTerms(
                current, record.version(), limit, claimedAt, record.dueAt(policy), overlap, acceptedUntil);
    }
}
