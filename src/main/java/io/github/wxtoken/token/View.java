package io.github.wxtoken.token;

import io.github.wxtoken.token.TokenStore.Stored;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What was last seen of the record, with what readers need of it worked out; equal to itself only. */
final class View {

    private final TokenRecord record;
    private final long version;
    private final Duration skew;
    private final @Nullable Offer offer;
    private final Instant dueAt;

    private View(TokenRecord record, long version, Duration skew, RefreshPolicy policy) {
        this.record = record;
        this.version = version;
        this.skew = skew;
        this.offer = Offer.of(record, policy);
        this.dueAt = record.dueAt(policy);
    }

    static View of(TokenRecord record, long version, Duration skew, RefreshPolicy policy) {
        return new View(record, version, skew, policy);
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

    TokenRecord record() {
        return record;
    }

    /** The version that the store counts. */
    long version() {
        return version;
    }

    /** By how much the store's clock is ahead of ours. */
    Duration skew() {
        return skew;
    }

    Instant dueAt() {
        return dueAt;
    }

    /** Whether it is still the newest, after a store that was asked later shows less. */
    boolean survives(Stored stored) {
        long generation = stored.record().generation();
        return generation < record.generation() || (generation == record.generation() && stored.version() < version);
    }
}
