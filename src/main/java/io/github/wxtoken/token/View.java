package io.github.wxtoken.token;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What was last seen of the record, with what readers need of it worked out. */
record View(TokenRecord record, long version, Duration skew, @Nullable Offer offer, Instant dueAt) {
    static View of(TokenRecord record, long version, Duration skew, RefreshPolicy policy) {
        return new View(record, version, skew, Offer.of(record, policy), record.dueAt(policy));
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
}
