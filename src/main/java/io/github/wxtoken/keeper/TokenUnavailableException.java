package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Thrown when there is no usable token to serve. Holds the reason and the time to retry after. */
public final class TokenUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;
    private final transient @Nullable Failure failure;
    private final boolean refused;

    private TokenUnavailableException(String message, Duration retryAfter, @Nullable Failure failure, boolean refused) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
        this.failure = failure;
        this.refused = refused;
    }

    static TokenUnavailableException because(String message, Duration retryAfter, @Nullable Failure failure) {
        return new TokenUnavailableException(message, retryAfter, failure, false);
    }

    /** Returns the exception for a report that the budget delays. */
    static TokenUnavailableException heldBack(String message, Duration retryAfter) {
        return new TokenUnavailableException(message, retryAfter, null, true);
    }

    /** Returns how long to wait before a retry, from now. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Returns the last failed fetch, or null if none failed. */
    public @Nullable Failure failure() {
        return failure;
    }

    /** Returns whether a report was rejected to preserve the daily budget. */
    public boolean overBudget() {
        return refused;
    }
}
