package io.github.wxtoken.token;

import io.github.wxtoken.token.TokenStore.Stored;
import io.github.wxtoken.token.View.Noted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The record of one token as this replica shares it with the others, through a store that may be away, or forget. Looking at
 * it does no I/O; what changes it does, and belongs on the store's {@linkplain TokenStore#executor() executor}. Thread-safe.
 */
final class SharedRecord {

    private final TokenKey key;
    private final RefreshPolicy policy;
    private final TokenStore store;
    private final InstantSource clock;
    private final Runnable whenSeen;
    private final AtomicReference<@Nullable CompletableFuture<TokenRecord>> queued = new AtomicReference<>();
    private volatile View view;
    private volatile @Nullable StoreTrouble trouble;

    /** Creates it; {@code whenSeen} is told of each new view. */
    SharedRecord(TokenKey key, RefreshPolicy policy, TokenStore store, InstantSource clock, Runnable whenSeen) {
        this.key = key;
        this.policy = policy;
        this.store = store;
        this.clock = clock;
        this.whenSeen = whenSeen;
        this.view = View.of(TokenRecord.EMPTY, 0, Duration.ZERO, List.of(), policy);
    }

    View view() {
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
     * Takes the claim to fetch, if a fetch is due. A store is needed for it where two fetches harm each other.
     *
     * @throws TokenStoreException where the store is needed, and away
     */
    Change claim(String owner) {
        Transition claim = (record, now) -> record.claim(owner, now, policy);
        try {
            return update(claim);
        } catch (TokenStoreException e) {
            if (policy.supersedes(Trigger.SCHEDULED) || view.record().mustForce()) {
                throw e;
            }
            return noteHere(claim);
        }
    }

    /** Takes over what the store holds by now. */
    TokenRecord reload() {
        return update((record, now) -> record).after;
    }

    /** Takes over what the store holds by then, as soon as a thread is free; one that waits for it serves all who ask. */
    CompletableFuture<TokenRecord> reloadSoon() {
        CompletableFuture<TokenRecord> mine = new CompletableFuture<>();
        CompletableFuture<TokenRecord> first = queued.compareAndExchange(null, mine);
        if (first != null) {
            return first;
        }
        store.executor().execute(() -> {
            // Whoever asks from here on may know of something newer than what is read now.
            queued.set(null);
            try {
                mine.complete(reload());
            } catch (RuntimeException e) {
                mine.completeExceptionally(e);
            }
        });
        return mine;
    }

    /** Notes that the store cannot be used. */
    void away(TokenStoreException why) {
        StoreTrouble before = trouble;
        trouble = new StoreTrouble(before == null ? clock.instant() : before.since(), String.valueOf(why.getMessage()));
    }

    private Change share(Transition transition) {
        while (true) {
            View seen = view;
            Instant asked = clock.instant();
            Stored stored = store.load(key);
            TokenRecord before = seen.replay(seen.survives(stored) ? seen.shared() : stored.record());
            TokenRecord after = transition.apply(before, stored.now());
            boolean changed = !after.equals(stored.record());
            if (!changed || store.replace(key, stored, after)) {
                // The skew is taken from before the question, so that this replica rather thinks it too late than too
                // early.
                Duration skew = Duration.between(asked, stored.now());
                publish(seen, after, changed ? stored.next() : stored.version(), skew);
                return new Change(before, after, stored.now());
            }
        }
    }

    private Change noteHere(Transition transition) {
        TokenRecord before;
        TokenRecord after;
        Instant now;
        synchronized (this) {
            View seen = view;
            now = clock.instant().plus(seen.skew());
            before = seen.record();
            List<Noted> unsent = new ArrayList<>(seen.unsent());
            if (!transition.apply(before, now).equals(before)) {
                unsent.add(new Noted(transition, now));
            }
            view = View.of(seen.shared(), seen.version(), seen.skew(), unsent, policy);
            after = view.record();
        }
        whenSeen.run();
        return new Change(before, after, now);
    }

    private void publish(View seen, TokenRecord shared, long version, Duration skew) {
        synchronized (this) {
            List<Noted> unsent = new ArrayList<>(view.unsent());
            unsent.removeAll(seen.unsent());
            // A store that has gone back counts less, so only what others published since then may be newer.
            boolean overtaken = view != seen && version < view.version();
            view = overtaken
                    ? View.of(view.shared(), view.version(), view.skew(), unsent, policy)
                    : View.of(shared, version, skew, unsent, policy);
        }
        whenSeen.run();
    }

    /** What came of a transition, and when it was, by the store's clock. */
    record Change(TokenRecord before, TokenRecord after, Instant at) {
        boolean changed() {
            return !after.equals(before);
        }
    }
}
