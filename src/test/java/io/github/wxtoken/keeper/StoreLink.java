package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Claim;
import io.github.wxtoken.token.Instants;
import io.github.wxtoken.token.Records;
import io.github.wxtoken.token.StoreProblem;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.TokenStoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One replica's connection to the shared store and its change feed. It has latency, can be cut and loses a share of
 * calls, answers and messages. It can also break one {@link Rule}. For a single thread.
 */
final class StoreLink implements TokenStore {

    private static final Duration POLL_INTERVAL = Duration.ofSeconds(2);
    private static final long UNKNOWN = -1;

    private final ManualScheduler time;
    private final ReplicaTimer timer;
    private final ModelStore store;
    private final Random random;
    private final @Nullable Rule missing;
    private final double trouble;
    private final LongConsumer subscription = this::received;
    private @Nullable Watcher watcher;
    private Instant cutUntil = Instant.MIN;
    private long lastReceived = UNKNOWN;
    private long lastPolled = UNKNOWN;
    private Instant lastPolledAt = Instant.EPOCH;
    private Stored lastSeen;
    private long highestRevision;
    private long highestVersion;
    private final Set<Claim> written = new HashSet<>();
    private @Nullable Claim confirmed;

    StoreLink(
            ManualScheduler time,
            ReplicaTimer timer,
            ModelStore store,
            Random random,
            @Nullable Rule missing,
            double trouble) {
        this.time = time;
        this.timer = timer;
        this.store = store;
        this.random = random;
        this.missing = missing;
        this.trouble = trouble;
        this.lastSeen = new Stored(TokenRecord.EMPTY, 0, timer.instant(), null);
    }

    /** Cuts the connection for a length of time. */
    void cut(Duration length) {
        cutUntil = Instants.later(cutUntil, time.instant().plus(length));
    }

    boolean isCut() {
        return time.instant().isBefore(cutUntil);
    }

    void close() {
        store.disconnect(subscription);
    }

    @Override
    public Duration writeLossWindow() {
        return missing == Rule.RECENTLY_SEEN ? Duration.ZERO : Duration.ofMinutes(1);
    }

    @Override
    public Duration lossDetectionTime() {
        return missing == Rule.SETTLING ? Duration.ZERO : Duration.ofSeconds(5);
    }

    @Override
    public Executor executor() {
        return task -> timer.schedule(task, 1 + random.nextInt(20), TimeUnit.MILLISECONDS);
    }

    @Override
    public Stored load(TokenKey key) {
        try {
            reach();
        } catch (TokenStoreException e) {
            if (missing == Rule.NO_FETCH_WITHOUT_STORE) {
                return new Stored(lastSeen.record(), lastSeen.revision(), timer.instant(), null);
            }
            throw e;
        }
        Stored stored = new Stored(store.record(), store.revision(), now(), null);
        if (happens(trouble)) {
            // Other replicas run meanwhile and this process may be paused here.
            time.pass(Duration.ofMillis(1 + random.nextInt(40)));
            timer.sitOut();
        }
        lastSeen = missing == null
                ? stored
                : switch (missing) {
                    case WRITE_BACK -> asIfNothingWereLost(stored);
                    case ORPHANED_CLAIM -> withoutEndedClaim(stored);
                    case STRAY_CLAIM -> withStrangeClaim(stored);
                    default -> stored;
                };
        return lastSeen;
    }

    private Instant now() {
        return missing == Rule.CLOCK_OF_THE_STORE ? timer.instant() : store.now();
    }

    private Stored asIfNothingWereLost(Stored stored) {
        highestVersion = Math.max(highestVersion, stored.record().version());
        highestRevision = Math.max(highestRevision, stored.revision());
        TokenRecord record = Records.withVersion(stored.record(), highestVersion);
        return new Stored(record, highestRevision, stored.now(), stored);
    }

    /** Removes an expired claim, as a store with self-expiring locks would. */
    private static Stored withoutEndedClaim(Stored stored) {
        TokenRecord record = stored.record();
        return new Stored(
                record.fetching(stored.now()) ? record : Records.withoutClaim(record),
                stored.revision(),
                stored.now(),
                stored);
    }

    /** Hides from the replica that a claim is its own, unless it is the last one whose write was confirmed. */
    private Stored withStrangeClaim(Stored stored) {
        Claim claim = stored.record().claim();
        boolean stray = claim != null && written.contains(claim) && !claim.equals(confirmed);
        return stray
                ? new Stored(Records.withClaimOf(stored.record(), "nobody"), stored.revision(), stored.now(), stored)
                : stored;
    }

    @Override
    public boolean replace(TokenKey key, Stored seen, TokenRecord record) {
        boolean blind = missing == Rule.NO_FETCH_WITHOUT_STORE;
        Stored found = seen.memo() instanceof Stored original ? original : seen;
        try {
            reach();
        } catch (TokenStoreException e) {
            if (blind) {
                lastSeen = new Stored(record, seen.next(), seen.now(), null);
                return true;
            }
            throw e;
        }
        if (found.revision() != store.revision() && missing != Rule.COMPARE_AND_SET && !blind) {
            return false;
        }
        store.set(record, Math.max(found.next(), store.revision() + 1));
        highestVersion = Math.max(highestVersion, record.version());
        highestRevision = Math.max(highestRevision, store.revision());
        Claim claim = record.claim();
        boolean claims = claim != null && !claim.equals(found.record().claim());
        if (claims) {
            written.add(claim);
        }
        if (happens(trouble / 10)) {
            throw new TokenStoreException(StoreProblem.UNREACHABLE, "the answer was lost");
        }
        if (claims) {
            confirmed = claim;
        }
        return true;
    }

    /** Returns whether the store now holds no claim or one of another owner. */
    boolean isOvertaken(String owner) {
        Claim claim = store.record().claim();
        return claim == null || !claim.owner().equals(owner);
    }

    private void reach() {
        if (timer.killed()) {
            throw new TokenStoreException(StoreProblem.UNREACHABLE, "this process is no more");
        }
        if (isCut() || happens(trouble / 10)) {
            throw new TokenStoreException(StoreProblem.UNREACHABLE, "the store cannot be reached");
        }
    }

    private boolean happens(double share) {
        return share > 0 && random.nextDouble() < share;
    }

    @Override
    public void watch(Watcher watcher) {
        this.watcher = watcher;
        store.connect(subscription);
        timer.scheduleWithFixedDelay(this::poll, 0, POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void received(long number) {
        long revision = store.revision();
        if (isCut() || happens(trouble)) {
            return;
        }
        timer.schedule(
                () -> {
                    boolean gap = lastReceived != UNKNOWN && number != lastReceived + 1;
                    lastReceived = number;
                    notifyWatcher(watching -> watching.changed(ReplicaWeChat.KEY, revision));
                    if (gap) {
                        notifyWatcher(Watcher::missed);
                    }
                },
                1 + random.nextInt(50),
                TimeUnit.MILLISECONDS);
    }

    private void poll() {
        Instant asked = timer.instant();
        if (missing == Rule.OUT_OF_TOUCH) {
            notifyWatcher(watching -> watching.upToDate(timer.instant()));
        }
        if (isCut()) {
            lastPolled = UNKNOWN;
            notifyWatcher(watching ->
                    watching.away(new TokenStoreException(StoreProblem.UNREACHABLE, "the store cannot be reached")));
            return;
        }
        long number = store.changes();
        boolean missed = lastPolled == UNKNOWN || lastReceived < lastPolled || number < lastReceived;
        Instant upTo = lastReceived == number ? asked : lastPolledAt;
        if (missed) {
            lastReceived = number;
        }
        lastPolled = number;
        lastPolledAt = asked;
        notifyWatcher(missed ? Watcher::missed : watching -> watching.upToDate(upTo));
    }

    private void notifyWatcher(Consumer<Watcher> what) {
        if (watcher != null) {
            what.accept(watcher);
        }
    }
}
