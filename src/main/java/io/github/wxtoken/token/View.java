package io.github.wxtoken.token;

import io.github.wxtoken.token.TokenStore.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this replica knows of the record, with what readers need of it worked out; equal to itself only. */
final class View {

    private final TokenRecord shared;
    private final long version;
    private final Duration skew;
    private final List<Noted> unsent;
    private final TokenRecord record;
    private final @Nullable Offer offer;
    private final Instant dueAt;

    private View(TokenRecord shared, long version, Duration skew, List<Noted> unsent, RefreshPolicy policy) {
        this.shared = shared;
        this.version = version;
        this.skew = skew;
        this.unsent = List.copyOf(unsent);
        this.record = replay(shared);
        this.offer = Offer.of(record, policy);
        this.dueAt = record.dueAt(policy);
    }

    /**
     * Creates it.
     *
     * @param shared the record as the store last showed it
     * @param version its version there
     * @param skew by how much the store's clock is ahead of ours
     * @param unsent what happened since, of which the store does not know yet
     */
    static View of(TokenRecord shared, long version, Duration skew, List<Noted> unsent, RefreshPolicy policy) {
        return new View(shared, version, skew, unsent, policy);
    }

    @Nullable
    ServedToken served(Instant now) {
        if (offer == null) {
            return null;
        }
        long left = Duration.between(now, offer.until(now)).toSeconds();
        return left < 1 ? null : new ServedToken(offer.token(), offer.generation(), left);
    }

    /** How long until it makes sense to ask again: at least a second. */
    Duration wait(Instant now) {
        Duration second = Duration.ofSeconds(1);
        Duration until = Duration.between(now, dueAt);
        return record.fetching(now) || until.compareTo(second) < 0 ? second : until;
    }

    /** The record with all that happened since the store last showed it. */
    TokenRecord record() {
        return record;
    }

    TokenRecord shared() {
        return shared;
    }

    long version() {
        return version;
    }

    Duration skew() {
        return skew;
    }

    List<Noted> unsent() {
        return unsent;
    }

    Instant dueAt() {
        return dueAt;
    }

    /** Whether it is still the newest, after a store that was asked later shows less. */
    boolean survives(Stored stored) {
        long generation = stored.record().generation();
        return generation < shared.generation() || (generation == shared.generation() && stored.version() < version);
    }

    /** Another record, after all of which the store does not know yet. */
    TokenRecord replay(TokenRecord other) {
        TokenRecord after = other;
        for (Noted noted : unsent) {
            after = noted.transition.apply(after, noted.at);
        }
        return after;
    }

    /** Something that happened while the store was away; equal to itself only. */
    static final class Noted {
        private final Transition transition;
        private final Instant at;

        Noted(Transition transition, Instant at) {
            this.transition = transition;
            this.at = at;
        }
    }
}
