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

/** What this replica knows of the record, with what readers need of it worked out; equal to itself only. */
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
        // Others know only of what was shared.
        this.sharedDueAt = unsent.isEmpty() ? dueAt : earlier(dueAt, shared.dueAt(policy));
    }

    /**
     * Creates it.
     *
     * @param shared the record as the store last showed it
     * @param revision its revision there
     * @param skew by how much the store's clock is ahead of ours
     * @param unsent what happened since, of which the store does not know yet
     */
    static RecordView of(TokenRecord shared, long revision, Duration skew, List<Noted> unsent, RefreshPolicy policy) {
        return new RecordView(shared, revision, skew, unsent, policy);
    }

    /** What a caller is given now, or null for nothing, where this replica has heard of what others did up to an instant. */
    @Nullable
    ServedToken served(Instant now, Instant heard) {
        if (terms == null) {
            return null;
        }
        Instant until = heard.isBefore(now) ? terms.untilAdrift(mintableFrom(heard), isUnshared()) : terms.until(now);
        long left = Duration.between(now, until).toSeconds();
        return left < 1 ? null : new ServedToken(terms.token(), terms.version(), left);
    }

    /** Whether others do not know of the token yet, and may be about to fetch another one instead of the one before. */
    private boolean isUnshared() {
        return record.version() != shared.version();
    }

    /**
     * The earliest fetch by another replica of which this one does not know, if it has heard no more than so far: the planned
     * one, unless the token is in doubt, or so young that a request of before its time may still have come late.
     */
    Instant mintableFrom(Instant heard) {
        boolean young = terms != null && heard.isBefore(record.committedAt().plus(terms.overlap()));
        return young || shared.is(Level.UNSURE) ? heard : later(sharedDueAt, heard);
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

    /** Whether it is still the newest, after a store that was asked later shows less. */
    boolean survives(Stored stored) {
        long version = stored.record().version();
        return version < shared.version() || (version == shared.version() && stored.revision() < revision);
    }

    /** Another record, after all of which the store does not know yet. */
    TokenRecord replay(TokenRecord other) {
        return replay(other, unsent);
    }

    /**
     * All of which the store does not know yet, and one thing more. What that makes up for is left out: a look makes the one
     * before it forgotten, and a long outage would else fill the memory with them.
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
