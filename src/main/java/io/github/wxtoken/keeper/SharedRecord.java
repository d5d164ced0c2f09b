package io.github.wxtoken.keeper;

import io.github.wxtoken.keeper.RecordView.Noted;
import io.github.wxtoken.token.Claim;
import io.github.wxtoken.token.Reconciliation;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.TokenStore.Stored;
import io.github.wxtoken.token.TokenStoreException;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One token's record, shared with other replicas through a store that may be unreachable or lose writes. Thread-safe.
 *
 * <p>Every update takes these steps, in {@code loadAndReplace}:
 * <ol>
 *   <li>Load the record. If it is older than the view, the store lost writes: keep the view's record, merged with the
 *       loaded one ({@link Reconciliation#over}). Else restore doubts that were lost ({@link RecentlySeen}).
 *   <li>Remove a stray claim, then replay what happened during an outage ({@link #note}) with its original times.
 *   <li>Apply the transition, and compare and set. If another replica was faster, start again; else replace the view.
 * </ol>
 * Invariants: a late update never replaces a newer view. A noted transition stays unsent until an update includes it.
 * If a fetch would end the previous token, it is claimed only with the store's confirmation.
 *
 * <p>Updates do I/O and run concurrently on the store's {@linkplain TokenStore#executor() executor}. A transition must
 * be repeatable, as it may run several times. Reads do no I/O and take no lock; a lock guards only changes of the view.
 */
final class SharedRecord {

    /** The maximum duration of a load that updates the skew of the clocks; the first load always does. */
    private static final Duration PROMPT = Duration.ofSeconds(1);

    private final TokenKey key;
    private final RefreshPolicy policy;
    private final TokenStore store;
    private final String owner;
    private final InstantSource clock;
    private final AccessTokenIndex index;
    private final Runnable viewChanged;
    private final Runnable whenContended;
    private final AtomicReference<@Nullable CompletableFuture<TokenRecord>> queued = new AtomicReference<>();
    private final StoreContact contact;
    private final RecentlySeen recentlySeen;

    /** Whether fetches by others do no harm: the store is not shared, or a fetch does not end the previous token. */
    private final boolean harmless;

    private volatile RecordView view;
    private volatile @Nullable StoreTrouble trouble;

    /** The last claim that this replica has taken. */
    private volatile @Nullable Claim taken;

    /** The claims that this replica is about to take. */
    private final Set<Claim> proposedClaims = ConcurrentHashMap.newKeySet();

    /** Creates it. {@code viewChanged} runs after each update, {@code whenContended} after each lost compare-and-set. */
    SharedRecord(
            TokenKey key,
            RefreshPolicy policy,
            TokenStore store,
            String owner,
            InstantSource clock,
            AccessTokenIndex index,
            Runnable viewChanged,
            Runnable whenContended) {
        this.key = key;
        this.policy = policy;
        this.store = store;
        this.owner = owner;
        this.clock = clock;
        this.index = index;
        this.viewChanged = viewChanged;
        this.whenContended = whenContended;
        this.contact = new StoreContact(clock, store.lossDetectionTime());
        this.recentlySeen = new RecentlySeen(policy, store.writeLossWindow());
        this.harmless = !store.isShared() || !policy.supersedes(Trigger.SCHEDULED);
        this.view = RecordView.of(TokenRecord.EMPTY, 0, Duration.ZERO, List.of(), policy);
    }

    RecordView view() {
        return view;
    }

    /** Returns why this replica cannot share the record, or null if it can. */
    @Nullable
    StoreTrouble trouble() {
        return trouble;
    }

    /**
     * Claims the fetch if one is due. Just after reconnecting, a replica with a usable token claims nothing if fetches
     * by others can do harm: those replicas may still be writing back what the store lost.
     *
     * @throws TokenStoreException if the store is away and the fetch would end the previous token
     */
    Change claim() {
        List<Claim> proposed = new ArrayList<>();
        Transition claim = (record, now) -> {
            if (!harmless && record.hasUsable(now) && !contact.hasSettled()) {
                return record;
            }
            TokenRecord after = record.claim(owner, now, policy);
            if (after.claim() != null && after.fence() > record.fence()) {
                proposed.add(after.claim());
                proposedClaims.add(after.claim());
            }
            return after;
        };
        try {
            Change change = updateOrNoteLocally(claim);
            if (change.changed() && proposed.contains(change.after().claim())) {
                taken = change.after().claim();
            }
            return change;
        } finally {
            proposed.forEach(proposedClaims::remove);
        }
    }

    private Change updateOrNoteLocally(Transition claim) {
        try {
            return update(claim);
        } catch (TokenStoreException e) {
            // The claim may have been written, but no request is sent under it.
            if (policy.supersedes(Trigger.SCHEDULED) || view.record().wantsForce(policy)) {
                throw e;
            }
            return noteLocally(claim);
        }
    }

    /**
     * Applies a transition to the shared record and takes over the result.
     *
     * @throws TokenStoreException if the store cannot be used: the view is unchanged, but the write may have succeeded
     */
    Change update(Transition transition) {
        try {
            Change change = loadAndReplace(transition);
            trouble = null;
            return change;
        } catch (TokenStoreException e) {
            away(e);
            throw e;
        }
    }

    /** Applies a transition for something that has happened. If the store is away, it is written there later. */
    Change note(Transition transition) {
        try {
            return update(transition);
        } catch (TokenStoreException e) {
            return noteLocally(transition);
        }
    }

    private Change loadAndReplace(Transition transition) {
        while (true) {
            RecordView seen = view;
            long notifications = contact.notifications();
            Instant begin = clock.instant();
            Stored stored = store.load(key);
            boolean prompt = clock.instant().isBefore(begin.plus(PROMPT));
            boolean survives = seen.survives(stored);
            if (survives && view != seen) {
                // The view changed during the load, so the record to keep may be another one.
                continue;
            }
            TokenRecord shown = survives
                    ? Reconciliation.over(stored.record(), seen.shared(), stored.now(), policy)
                    : recentlySeen.restore(seen.shared(), stored);
            TokenRecord before = seen.replay(withoutStray(shown));
            TokenRecord after = transition.apply(before, stored.now());
            boolean changed = !after.equals(stored.record());
            if (!changed || store.replace(key, stored, after)) {
                // Measured from before the load, so that an error makes the time here late rather than early.
                Duration skew = prompt || seen.revision() == 0 ? Duration.between(begin, stored.now()) : seen.skew();
                replaceView(seen, after, changed ? stored.next() : stored.revision(), skew);
                recentlySeen.remember(stored.record(), after, stored.now());
                contact.loaded(notifications, begin);
                viewChanged.run();
                return new Change(before, after, stored.now());
            }
            whenContended.run();
        }
    }

    /** Removes this replica's claim if it does not know it: the claim was written, but the store's answer was lost. */
    private TokenRecord withoutStray(TokenRecord record) {
        Claim claim = record.claim();
        // The order matters: claim() sets taken before it removes the claim from proposedClaims.
        return claim != null && claim.owner().equals(owner) && !proposedClaims.contains(claim) && !claim.equals(taken)
                ? Reconciliation.unclaimed(record)
                : record;
    }

    /** Records that the notifications of all changes up to an instant (local clock) have arrived. */
    void upToDate(Instant upTo) {
        contact.upToDate(upTo);
        if (!view.unsent().isEmpty()) {
            // The store was away when these were noted, and is reachable again.
            reloadSoon();
        }
    }

    /** Returns until when others' changes are known (local clock): now, unless cut off, paused or suspended. */
    Instant knownUntil(Instant now) {
        return harmless ? now : contact.knownUntil(now);
    }

    /** Returns the token to serve from a view at an instant (local clock), or null for none. */
    @Nullable
    ServedToken served(RecordView seen, Instant here) {
        return seen.served(here.plus(seen.skew()), knownUntil(here).plus(seen.skew()));
    }

    /** Reloads the record as soon as a thread is free. All callers share a reload that has not begun. */
    CompletableFuture<TokenRecord> reloadSoon() {
        contact.notified();
        CompletableFuture<TokenRecord> reload = new CompletableFuture<>();
        CompletableFuture<TokenRecord> first = queued.compareAndExchange(null, reload);
        if (first != null) {
            return first;
        }
        store.executor().execute(() -> {
            // A later caller may know of a change that this load misses, so it gets a reload of its own.
            queued.set(null);
            try {
                reload.complete(update((record, now) -> record).after());
            } catch (RuntimeException | Error e) {
                reload.completeExceptionally(e);
            }
        });
        return reload;
    }

    /** Returns whether the store has been away for over {@link RefreshPolicy#MAX_WAIT} and fetches need it. */
    boolean isStuck() {
        StoreTrouble last = trouble;
        return last != null
                && policy.supersedes(Trigger.SCHEDULED)
                && clock.instant().isAfter(last.since().plus(RefreshPolicy.MAX_WAIT));
    }

    /** Records that the store cannot be used. */
    void away(TokenStoreException why) {
        contact.lost();
        StoreTrouble before = trouble;
        Instant since = before == null ? clock.instant() : before.since();
        trouble = new StoreTrouble(since, why.problem(), why.detail());
    }

    private Change noteLocally(Transition transition) {
        Change change;
        synchronized (this) {
            RecordView seen = view;
            Instant now = clock.instant().plus(seen.skew());
            TokenRecord after = transition.apply(seen.record(), now);
            if (!after.equals(seen.record())) {
                List<Noted> unsent = harmless
                        // One merge stands for all transitions during the outage: the better token wins in the end.
                        ? List.of(new Noted((record, at) -> Reconciliation.better(after, record), now))
                        : seen.unsentWith(transition, now);
                publish(RecordView.of(seen.shared(), seen.revision(), seen.skew(), unsent, policy));
            }
            change = new Change(seen.record(), view.record(), now);
        }
        viewChanged.run();
        return change;
    }

    private synchronized void replaceView(RecordView seen, TokenRecord shared, long revision, Duration skew) {
        List<Noted> unsent = new ArrayList<>(view.unsent());
        unsent.removeAll(seen.unsent());
        // A store that lost writes has a lower revision, so only a view that other threads set since may be newer.
        boolean overtaken = view != seen && revision < view.revision();
        publish(
                overtaken
                        ? RecordView.of(view.shared(), view.revision(), view.skew(), unsent, policy)
                        : RecordView.of(shared, revision, skew, unsent, policy));
    }

    private synchronized void publish(RecordView next) {
        index.replace(key, view.record(), next.record(), () -> view = next);
    }
}
