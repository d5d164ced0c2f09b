package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** There is no usable token to hand out: says why, and when to ask again. */
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

    /** A report that the budget forbids to act on. */
    static TokenUnavailableException heldBack(String message, Duration retryAfter) {
        return new TokenUnavailableException(message, retryAfter, null, true);
    }

    /** When it makes sense to ask again, from now. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** What WeChat or the network said last, or null where nothing failed. */
    public @Nullable Failure failure() {
        return failure;
    }

    /** Whether a report was refused because the budget has to last. */
    public boolean overBudget() {
        return refused;
    }
}
