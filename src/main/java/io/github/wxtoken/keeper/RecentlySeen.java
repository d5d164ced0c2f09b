package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Instants.earlier;

import io.github.wxtoken.token.Claim;
import io.github.wxtoken.token.Doubt;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.Reconciliation;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore.Stored;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Restores doubts that a failover of the store has lost, and doubts the token if it has lost a claim. Others may have
 * written since, so that the store's record looks newer than what this replica has seen. Thread-safe.
 */
final class RecentlySeen {

    private final RefreshPolicy policy;
    private final Duration window;
    private volatile @Nullable Reminder reminder;

    /** Creates it for a store that can lose a write within a window after it. */
    RecentlySeen(RefreshPolicy policy, Duration window) {
        this.policy = policy;
        this.window = window;
    }

    /** Returns the stored record with the doubts that it lacks, given the record seen before. */
    TokenRecord restore(TokenRecord seen, Stored stored) {
        TokenRecord record = stored.record();
        if (window.isZero()) {
            return record;
        }
        Claim claim = seen.claim();
        if (claim != null && seen.version() == record.version()) {
            record = Reconciliation.afterLost(claim, record, stored.now(), policy);
        }
        Reminder fresh = reminder;
        if (fresh != null && fresh.version == record.version() && stored.now().isBefore(fresh.until)) {
            record = Reconciliation.doubted(record, fresh.doubt);
        }
        return record;
    }

    /** Remembers a new UNSURE doubt until a failover cannot lose it any more, or until a probe may settle it. */
    void remember(TokenRecord before, TokenRecord after, Instant now) {
        Doubt doubt = after.doubt();
        if (doubt != null && doubt.level() == Level.UNSURE && !doubt.equals(before.doubt())) {
            Instant until = earlier(now.plus(window), doubt.last().plus(policy.overlap()));
            reminder = new Reminder(after.version(), doubt, until);
        }
    }

    private record Reminder(long version, Doubt doubt, Instant until) {}
}
