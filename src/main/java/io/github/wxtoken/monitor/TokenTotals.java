package io.github.wxtoken.monitor;

import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import io.github.wxtoken.token.TokenRecord;
import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of tokens by state, and the worst values of all tokens. One pass over the tokens computes everything for
 * a scrape, and the result is reused for a second. Thread-safe without a lock: concurrent scrapes may each compute it.
 */
final class TokenTotals {

    private static final long REUSED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TokenKeeper keeper;
    private final Clock clock;
    private volatile @Nullable Snapshot last;

    TokenTotals(TokenKeeper keeper, Clock clock) {
        this.keeper = keeper;
        this.clock = clock;
    }

    /** Returns the totals, computed at most a second ago. */
    Snapshot current() {
        long now = clock.monotonicTime();
        Snapshot seen = last;
        if (seen == null || now - seen.at >= REUSED_NANOS) {
            seen = new Snapshot(now, keeper);
            last = seen;
        }
        return seen;
    }

    /** The totals at an instant. Unchanged after its construction. */
    static final class Snapshot {

        private final long at;
        private final Map<TokenKind, Kind> kinds = new EnumMap<>(TokenKind.class);
        private boolean storeAvailable = true;

        private Snapshot(long at, TokenKeeper keeper) {
            this.at = at;
            for (TokenKey key : keeper.keys()) {
                TokenStatus token = keeper.status(key);
                kinds.computeIfAbsent(key.kind(), kind -> new Kind()).add(token);
                storeAvailable &= token.storeTrouble() == null;
            }
        }

        /** Returns the totals of a kind. */
        Kind of(TokenKind kind) {
            return kinds.getOrDefault(kind, Kind.NONE);
        }

        /** Returns whether all records can be shared with other replicas. */
        boolean storeAvailable() {
            return storeAvailable;
        }
    }

    /** The totals of one kind of token. Unchanged after the construction of its snapshot. */
    static final class Kind {

        private static final Kind NONE = new Kind();

        private final Map<State, Integer> states = new EnumMap<>(State.class);
        private long minRemaining = Long.MAX_VALUE;
        private int maxFailures;
        private long maxFailing;
        private double maxSpent;
        private long maxVersion;

        private void add(TokenStatus token) {
            TokenRecord record = token.record();
            states.merge(State.of(token), 1, Integer::sum);
            minRemaining = Math.min(minRemaining, remaining(token));
            maxVersion = Math.max(maxVersion, record.version());
            maxSpent = Math.max(maxSpent, (double) record.budget().spentOn(token.now()) / token.dailyBudget());
            Failure failure = record.failure();
            if (failure != null) {
                maxFailures = Math.max(maxFailures, failure.attempts());
                maxFailing = Math.max(maxFailing, seconds(failure.since(), token.now()));
            }
        }

        /** Returns the number of tokens in a state. */
        int count(State state) {
            return states.getOrDefault(state, 0);
        }

        /** Returns the shortest time until the expiry of a token, in seconds; 0 if there is none for an account. */
        double minRemaining() {
            return minRemaining == Long.MAX_VALUE ? Double.NaN : minRemaining;
        }

        /** Returns the highest number of consecutive failed attempts to fetch a token. */
        int maxFailures() {
            return maxFailures;
        }

        /** Returns the longest time for which attempts to fetch a token have failed, in seconds. */
        long maxFailing() {
            return maxFailing;
        }

        /** Returns the largest share of a daily budget that is spent. */
        double maxSpent() {
            return maxSpent;
        }

        /** Returns the highest version. */
        long maxVersion() {
            return maxVersion;
        }
    }

    /** Returns the time until the expiry of the current token, in seconds; 0 without one. */
    static long remaining(TokenStatus token) {
        Token current = token.record().current();
        return current == null ? 0 : seconds(token.now(), current.expiresAt());
    }

    /** Returns the seconds between two instants; 0 if the second is earlier. */
    static long seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toSeconds());
    }
}
