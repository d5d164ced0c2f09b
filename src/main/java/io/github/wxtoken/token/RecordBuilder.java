package io.github.wxtoken.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A mutable copy of a {@link TokenRecord}, used by its transitions. */
final class RecordBuilder {
    long version;

    @Nullable
    Token current;

    @Nullable
    Token previous;

    Instant committedAt;
    Instant refreshAt;
    long fence;

    @Nullable
    Claim claim;

    int orphans;
    Forcing forcing;

    @Nullable
    Doubt doubt;

    @Nullable
    Failure failure;

    Budget budget;

    @Nullable
    Instant verifiedAt;

    @Nullable
    Instant contestedAt;

    @Nullable
    PendingOrder pendingOrder;

    @Nullable
    String refreshedBy;

    RecordBuilder(TokenRecord from) {
        version = from.version();
        current = from.current();
        previous = from.previous();
        committedAt = from.committedAt();
        refreshAt = from.refreshAt();
        fence = from.fence();
        claim = from.claim();
        orphans = from.orphans();
        forcing = from.forcing();
        doubt = from.doubt();
        failure = from.failure();
        budget = from.budget();
        verifiedAt = from.verifiedAt();
        contestedAt = from.contestedAt();
        pendingOrder = from.pendingOrder();
        refreshedBy = from.refreshedBy();
    }

    TokenRecord record() {
        return new TokenRecord(
                version,
                current,
                previous,
                committedAt,
                refreshAt,
                fence,
                claim,
                orphans,
                forcing,
                doubt,
                failure,
                budget,
                verifiedAt,
                contestedAt,
                pendingOrder,
                refreshedBy);
    }
}
