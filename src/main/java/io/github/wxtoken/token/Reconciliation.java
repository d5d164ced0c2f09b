package io.github.wxtoken.token;

import io.github.wxtoken.token.Doubt.Level;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Pure functions that merge this replica's record with a differing one in the store: after a failover that lost the
 * last writes, a flush or a store outage.
 */
public final class Reconciliation {

    private Reconciliation() {}

    /** Adds a doubt that a failover may have lost. */
    public static TokenRecord doubted(TokenRecord record, Doubt again) {
        RecordBuilder next = new RecordBuilder(record);
        next.doubt = again.on(record.doubt());
        return next.record();
    }

    /**
     * Makes a token unsure if the store has lost a claim on it that this replica saw. A failover lost the claim and
     * others have written since, but the claim's request may have been sent.
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
     * Merges a record into the preferred one that replaces it. Replicas that continued from the lesser record may have
     * minted since, so its newer doubt, order and claim still count.
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
        next.pendingOrder = stillPending(lesser, record);
        after = next.record();
        Claim other = lesser.claim();
        return other != null && other.since().isAfter(record.committedAt()) && policy.supersedes(other.trigger())
                ? after.overtaken(other, now)
                : after;
    }

    /** Removes a claim whose owner never received the store's confirmation, so that its request was not sent. */
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
     * Merges two records that diverged, for tokens where concurrent fetches do no harm. The token that expires
     * later wins. If {@code mine} wins with a different token, its version rises above the other's.
     */
    public static TokenRecord better(TokenRecord mine, TokenRecord other) {
        Budget budget = more(mine.budget(), other.budget());
        if (lastsLonger(other.current(), mine.current())) {
            RecordBuilder next = new RecordBuilder(other);
            next.pendingOrder = stillPending(mine, other);
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

    /** Returns the winning record's order, or else the other record's if it is newer than the winning token. */
    private static @Nullable PendingOrder stillPending(TokenRecord lesser, TokenRecord counts) {
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
