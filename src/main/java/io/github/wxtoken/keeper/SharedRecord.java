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
 * The record of one token as this replica shares it with the others, through a store that may be away, or forget. Looking at
 * it does no I/O; what changes it does, and belongs on the store's {@linkplain TokenStore#executor() executor}. Thread-safe.
 */
final class SharedRecord {

    /** What took longer says nothing of how far the clocks are apart. */
    private static final Duration PROMPT = Duration.ofSeconds(1);

    private final TokenKey key;
    private final RefreshPolicy policy;
    private final TokenStore store;
    private final String owner;
    private final InstantSource clock;
    private final Runnable whenSeen;
    private final Runnable whenContended;
    private final AtomicReference<@Nullable CompletableFuture<TokenRecord>> queued = new AtomicReference<>();
    private final StoreContact contact;
    private final RecentlySeen recentlySeen;

    /** Whether fetches of others harm nobody here. */
    private final boolean atPeace;

    private volatile RecordView view;
    private volatile @Nullable StoreTrouble trouble;

    /** The last claim that this replica has taken. */
    private volatile @Nullable Claim taken;

    /** Those that it is about to take. */
    private final Set<Claim> asking = ConcurrentHashMap.newKeySet();

    /**
     * Creates it for the replica of a name; {@code whenSeen} is told of each new view, {@code whenContended} each time that
     * somebody else was faster to change it.
     */
    SharedRecord(
            TokenKey key,
            RefreshPolicy policy,
            TokenStore store,
            String owner,
            InstantSource clock,
            Runnable whenSeen,
            Runnable whenContended) {
        this.key = key;
        this.policy = policy;
        this.store = store;
        this.owner = owner;
        this.clock = clock;
        this.whenSeen = whenSeen;
        this.whenContended = whenContended;
        this.contact = new StoreContact(clock);
        this.recentlySeen = new RecentlySeen(policy);
        this.atPeace = !store.isShared() || !policy.supersedes(Trigger.SCHEDULED);
        this.view = RecordView.of(TokenRecord.EMPTY, 0, Duration.ZERO, List.of(), policy);
    }

    RecordView view() {
        return view;
    }

    /** What keeps this replica from sharing it, or null for nothing. */
    @Nullable
    StoreTrouble trouble() {
        return trouble;
    }

    /**
     * Runs a transition on the shared record, again if somebody else was faster, and takes over what came of it.
     *
     * <p>A store that was flushed or failed over may show less than was seen before. Then that is written back. What
     * happened while it was away is made up for first.
     *
     * @throws TokenStoreException where the store is away; then nothing is changed here, and it is not known whether
     *     anything is there
     */
    Change update(Transition transition) {
        try {
            Change change = share(transition);
            trouble = null;
            return change;
        } catch (TokenStoreException e) {
            away(e);
            throw e;
        }
    }

    /** Runs a transition for what has happened, be the store there or not: then the store is told of it later. */
    Change note(Transition transition) {
        try {
            return update(transition);
        } catch (TokenStoreException e) {
            return noteHere(transition);
        }
    }

    /**
     * Takes the claim to fetch, if a fetch is due. Where two fetches harm each other, a store is needed for it, and one that
     * has come back gets the time to be given back what it lost.
     *
     * @throws TokenStoreException where the store is needed, and away
     */
    Change claim() {
        List<Claim> asked = new ArrayList<>();
        Transition claim = (record, now) -> {
            if (!atPeace && record.hasUsable(now) && !contact.hasSettled()) {
                return record;
            }
            TokenRecord after = record.claim(owner, now, policy);
            if (after.claim() != null && after.fence() > record.fence()) {
                asked.add(after.claim());
                asking.add(after.claim());
            }
            return after;
        };
        try {
            Change change = updateOrNoteHere(claim);
            if (change.changed() && asked.contains(change.after().claim())) {
                taken = change.after().claim();
            }
            return change;
        } finally {
            asked.forEach(asking::remove);
        }
    }

    private Change updateOrNoteHere(Transition claim) {
        try {
            return update(claim);
        } catch (TokenStoreException e) {
            // It may have been written all the same; but nothing is sent under it.
            if (policy.supersedes(Trigger.SCHEDULED) || view.record().wantsForce(policy)) {
                throw e;
            }
            return noteHere(claim);
        }
    }

    /** Notes that word has come of every change up to an instant, by the local clock. */
    void heard(Instant upTo) {
        contact.heard(upTo);
        if (!view.unsent().isEmpty()) {
            // The store is there, though it was not when that happened.
            reloadSoon();
        }
    }

    /**
     * Up to when this replica has heard of what others did, by the local clock: now, unless it was cut off, paused or
     * suspended.
     */
    Instant heardAt(Instant now) {
        return atPeace ? now : contact.heardAt(now);
    }

    /** Returns the token that a view has to serve at an instant of the local clock, or null for none. */
    @Nullable
    ServedToken served(RecordView seen, Instant here) {
        return seen.served(here.plus(seen.skew()), heardAt(here).plus(seen.skew()));
    }

    /** Takes over what the store holds by then, as soon as a thread is free; one that waits for it serves all who ask. */
    CompletableFuture<TokenRecord> reloadSoon() {
        contact.word();
        CompletableFuture<TokenRecord> asked = new CompletableFuture<>();
        CompletableFuture<TokenRecord> first = queued.compareAndExchange(null, asked);
        if (first != null) {
            return first;
        }
        store.executor().execute(() -> {
            // Whoever asks from here on may know of something newer than what is read now.
            queued.set(null);
            try {
                asked.complete(update((record, now) -> record).after());
            } catch (RuntimeException | Error e) {
                asked.completeExceptionally(e);
            }
        });
        return asked;
    }

    /** Whether the store has been away for some time, without which nothing is fetched. */
    boolean isStuck() {
        StoreTrouble last = trouble;
        return last != null
                && policy.supersedes(Trigger.SCHEDULED)
                && clock.instant().isAfter(last.since().plus(RefreshPolicy.MAX_WAIT));
    }

    /** Notes that the store cannot be used. */
    void away(TokenStoreException why) {
        contact.lost();
        StoreTrouble before = trouble;
        trouble = new StoreTrouble(before == null ? clock.instant() : before.since(), String.valueOf(why.getMessage()));
    }

    private Change share(Transition transition) {
        while (true) {
            RecordView seen = view;
            long heard = contact.words();
            Instant asked = clock.instant();
            Stored stored = store.load(key);
            boolean prompt = clock.instant().isBefore(asked.plus(PROMPT));
            boolean survives = seen.survives(stored);
            if (survives && view != seen) {
                // What is newer than this store may not be what was seen before it was asked.
                continue;
            }
            TokenRecord shown = survives
                    ? Reconciliation.over(stored.record(), seen.shared(), stored.now(), policy)
                    : recentlySeen.of(seen.shared(), stored);
            TokenRecord before = seen.replay(withoutStray(shown));
            TokenRecord after = transition.apply(before, stored.now());
            boolean changed = !after.equals(stored.record());
            if (!changed || store.replace(key, stored, after)) {
                // The skew is taken from before the question, so that this replica rather thinks it too late than too
                // early.
                Duration skew = prompt || seen.revision() == 0 ? Duration.between(asked, stored.now()) : seen.skew();
                take(seen, after, changed ? stored.next() : stored.revision(), skew);
                recentlySeen.remember(stored.record(), after, stored.now());
                contact.looked(heard, asked);
                whenSeen.run();
                return new Change(before, after, stored.now());
            }
            whenContended.run();
        }
    }

    /** A claim of this replica's own of which it does not know was written though the store's answer was lost. */
    private TokenRecord withoutStray(TokenRecord record) {
        Claim claim = record.claim();
        // In this order, for what is taken was asked for first.
        return claim != null && claim.owner().equals(owner) && !asking.contains(claim) && !claim.equals(taken)
                ? Reconciliation.unclaimed(record)
                : record;
    }

    private Change noteHere(Transition transition) {
        TokenRecord before;
        TokenRecord after;
        Instant now;
        synchronized (this) {
            RecordView seen = view;
            now = clock.instant().plus(seen.skew());
            before = seen.record();
            after = transition.apply(before, now);
            if (!after.equals(before)) {
                List<Noted> unsent = atPeace
                        // However much happens here, what counts in the end is who has the better token.
                        ? List.of(new Noted(betterThan(after), now))
                        : seen.unsentWith(transition, now);
                view = RecordView.of(seen.shared(), seen.revision(), seen.skew(), unsent, policy);
                after = view.record();
            }
        }
        whenSeen.run();
        return new Change(before, after, now);
    }

    private static Transition betterThan(TokenRecord mine) {
        return (record, now) -> Reconciliation.better(mine, record);
    }

    private void take(RecordView seen, TokenRecord shared, long revision, Duration skew) {
        synchronized (this) {
            List<Noted> unsent = new ArrayList<>(view.unsent());
            unsent.removeAll(seen.unsent());
            // A store that has gone back counts less, so only what others published since then may be newer.
            boolean overtaken = view != seen && revision < view.revision();
            view = overtaken
                    ? RecordView.of(view.shared(), view.revision(), view.skew(), unsent, policy)
                    : RecordView.of(shared, revision, skew, unsent, policy);
        }
    }
}
