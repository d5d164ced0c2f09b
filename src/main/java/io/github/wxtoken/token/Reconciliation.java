package io.github.wxtoken.token;

import io.github.wxtoken.token.Doubt.Level;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a record where the store shows something else than this replica has seen: after a failover that lost the
 * last writes, a flush, or a time without the store. Pure functions.
 */
public final class Reconciliation {

    private Reconciliation() {}

    /** A record with a doubt that a failover may have lost. */
    public static TokenRecord doubted(TokenRecord record, Doubt again) {
        RecordBuilder next = new RecordBuilder(record);
        next.doubt = again.on(record.doubt());
        return next.record();
    }

    /**
     * A record after a claim on the same token that was seen before. Should it be gone, a failover lost it, and others have
     * written since; but its request may have been sent.
     */
    public static TokenRecord afterLost(Claim seen, TokenRecord record, Instant now, RefreshPolicy policy) {
        boolean lost = record.fence() < seen.fence()
                || (record.fence() == seen.fence() && record.claim() != null && !record.holds(seen));
        if (!lost || !policy.supersedes(seen.trigger())) {
            return record;
        }
        RecordBuilder next = new RecordBuilder(record.overtaken(seen, now));
        next.orphans++;
        return next.record();
    }

    /**
     * The record of a higher version, with what the one says that it replaces: whoever went on with that may have minted
     * since.
     */
    public static TokenRecord over(TokenRecord lesser, TokenRecord record, Instant now, RefreshPolicy policy) {
        TokenRecord after = record;
        Doubt doubt = lesser.doubt();
        Token current = record.current();
        if (current != null && doubt != null && doubt.last().isAfter(record.committedAt())) {
            after = doubted(
                    after,
                    new Doubt(Level.UNSURE, current.issuedAt(), doubt.last(), record.fence(), Trigger.SCHEDULED));
        }
        RecordBuilder next = new RecordBuilder(after);
        next.pendingOrder = stillDemanded(lesser, record);
        after = next.record();
        Claim other = lesser.claim();
        return other != null && other.since().isAfter(record.committedAt()) && policy.supersedes(other.trigger())
                ? after.overtaken(other, now)
                : after;
    }

    /** A record without a claim whose taker never heard that it was given to him, so that nothing was sent. */
    public static TokenRecord unclaimed(TokenRecord record) {
        RecordBuilder next = new RecordBuilder(record);
        next.claim = null;
        next.budget = record.budget().refund();
        Claim claim = record.claim();
        if (claim != null && claim.trigger() == Trigger.FORCED) {
            next.forcing = record.forcing().refunded();
        }
        return next.record();
    }

    /**
     * The better of two records that went on apart, where fetching on both sides harmed nobody: the one whose token lasts
     * longer. Its version stays above the other's, so that versions never fall.
     */
    public static TokenRecord better(TokenRecord mine, TokenRecord other) {
        Budget budget = more(mine.budget(), other.budget());
        if (lastsLonger(other.current(), mine.current())) {
            RecordBuilder next = new RecordBuilder(other);
            next.pendingOrder = stillDemanded(mine, other);
            next.budget = budget;
            return next.record();
        }
        RecordBuilder next = new RecordBuilder(mine);
        if (other.version() >= mine.version() && !sameToken(mine, other)) {
            next.version = other.version() + 1;
        }
        if (mine.pendingOrder() == null && sameToken(mine, other)) {
            next.pendingOrder = other.pendingOrder();
        }
        next.fence = Math.max(mine.fence(), other.fence());
        next.budget = budget;
        return next.record();
    }

    /** What is ordered of the record that counts: what it says itself, or else what was ordered after its token was fetched. */
    private static @Nullable PendingOrder stillDemanded(TokenRecord lesser, TokenRecord counts) {
        PendingOrder pendingOrder = lesser.pendingOrder();
        boolean later = pendingOrder != null && pendingOrder.since().isAfter(counts.committedAt());
        return counts.pendingOrder() == null && later ? pendingOrder : counts.pendingOrder();
    }

    private static boolean sameToken(TokenRecord one, TokenRecord other) {
        return one.current() == null
                ? other.current() == null
                : other.isCurrent(one.current().value());
    }

    private static boolean lastsLonger(@Nullable Token other, @Nullable Token mine) {
        return other != null && (mine == null || other.expiresAt().isAfter(mine.expiresAt()));
    }

    private static Budget more(Budget one, Budget other) {
        int later = one.day().compareTo(other.day());
        return later > 0 || (later == 0 && one.spent() >= other.spent()) ? one : other;
    }
}
