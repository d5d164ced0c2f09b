package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Instants.earlier;
import static io.github.wxtoken.token.Instants.later;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.ServingTerms;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An immutable snapshot of one record, with the values that readers need precomputed. Compared by identity. */
final class RecordView {

    private final TokenRecord shared;
    private final long revision;
    private final Duration skew;
    private final List<Noted> unsent;
    private final TokenRecord record;
    private final @Nullable ServingTerms terms;
    private final Instant dueAt;
    private final Instant sharedDueAt;

    private RecordView(TokenRecord shared, long revision, Duration skew, List<Noted> unsent, RefreshPolicy policy) {
        this.shared = shared;
        this.revision = revision;
        this.skew = skew;
        this.unsent = List.copyOf(unsent);
        this.record = replay(shared);
        this.terms = ServingTerms.of(record, policy);
        this.dueAt = record.dueAt(policy);
        // Other replicas see only the shared record.
        this.sharedDueAt = unsent.isEmpty() ? dueAt : earlier(dueAt, shared.dueAt(policy));
    }

    /**
     * Creates it.
     *
     * @param shared the record as last seen in the store
     * @param revision its revision there
     * @param skew how far the store's clock is ahead of the local one
     * @param unsent the transitions since then that are not in the store yet
     */
    static RecordView of(TokenRecord shared, long revision, Duration skew, List<Noted> unsent, RefreshPolicy policy) {
        return new RecordView(shared, revision, skew, unsent, policy);
    }

    /** Returns the token to serve now, or null for none. Others' changes are known up to {@code known}. */
    @Nullable
    ServedToken served(Instant now, Instant known) {
        if (terms == null) {
            return null;
        }
        Instant until = known.isBefore(now) ? terms.untilAdrift(mintableFrom(known), isUnshared()) : terms.until(now);
        long left = Duration.between(now, until).toSeconds();
        return left < 1 ? null : new ServedToken(terms.token(), terms.version(), left);
    }

    /** Returns whether others do not know the token yet, so that they may be replacing the previous one as well. */
    private boolean isUnshared() {
        return record.version() != shared.version();
    }

    /**
     * Returns the earliest time of a fetch by another replica that this one does not know of. Others' changes are known
     * up to {@code known}. It is the planned time, unless the token is UNSURE, or so young that an earlier request may
     * still have arrived late.
     */
    Instant mintableFrom(Instant known) {
        boolean young = terms != null && known.isBefore(record.committedAt().plus(terms.overlap()));
        return young || shared.is(Level.UNSURE) ? known : later(sharedDueAt, known);
    }

    /** Returns how long a caller should wait before it asks again: at least a second. */
    Duration wait(Instant now) {
        Duration second = Duration.ofSeconds(1);
        Duration until = Duration.between(now, dueAt);
        return record.fetching(now) || until.compareTo(second) < 0 ? second : until;
    }

    /** Returns the shared record with the unsent transitions applied. */
    TokenRecord record() {
        return record;
    }

    TokenRecord shared() {
        return shared;
    }

    long revision() {
        return revision;
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

    /** Returns whether this view is newer than a record loaded later, because the store lost writes. */
    boolean survives(Stored stored) {
        long version = stored.record().version();
        return version < shared.version() || (version == shared.version() && stored.revision() < revision);
    }

    /** Applies the unsent transitions to another record. */
    TokenRecord replay(TokenRecord other) {
        return replay(other, unsent);
    }

    /**
     * Returns the unsent transitions and a new one. The last one is dropped if the new one makes it redundant, as a
     * probe does with the probe before it. Otherwise a long outage would fill the memory.
     */
    List<Noted> unsentWith(Transition transition, Instant at) {
        List<Noted> all = new ArrayList<>(unsent);
        int last = all.size() - 1;
        if (last >= 0) {
            TokenRecord without = transition.apply(replay(shared, all.subList(0, last)), at);
            if (without.equals(transition.apply(record, at))) {
                all.remove(last);
            }
        }
        all.add(new Noted(transition, at));
        return all;
    }

    private static TokenRecord replay(TokenRecord record, List<Noted> happened) {
        TokenRecord after = record;
        for (Noted noted : happened) {
            after = noted.transition.apply(after, noted.at);
        }
        return after;
    }

    /** A transition that was applied while the store was away, with its time. Compared by identity. */
    static final class Noted {
        private final Transition transition;
        private final Instant at;

        Noted(Transition transition, Instant at) {
            this.transition = transition;
            this.at = at;
        }
    }
}
