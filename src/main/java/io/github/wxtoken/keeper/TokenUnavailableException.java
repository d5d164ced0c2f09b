package io.github.wxtoken.keeper;

import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Thrown when there is no usable token to serve. Holds the reason and the time to retry after. */
public final class TokenUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Message reason;
    private final Duration retryAfter;
    private final transient @Nullable Failure failure;
    private final String account;
    private final boolean refused;

    private TokenUnavailableException(
            Message reason, Duration retryAfter, @Nullable Failure failure, String account, boolean refused) {
        super(null, null, false, false);
        this.reason = reason;
        this.retryAfter = retryAfter;
        this.failure = failure;
        this.account = account;
        this.refused = refused;
    }

    static TokenUnavailableException because(
            Message reason, Duration retryAfter, @Nullable Failure failure, Account account) {
        return new TokenUnavailableException(reason, retryAfter, failure, account.name(), false);
    }

    /** Returns the exception for a report that the budget delays. */
    static TokenUnavailableException heldBack(Message reason, Duration retryAfter, Account account) {
        return new TokenUnavailableException(reason, retryAfter, null, account.name(), true);
    }

    /** Returns the reason in the language of its reader. */
    public Message reason() {
        return reason;
    }

    /** Returns the reason in English. */
    @Override
    public String getMessage() {
        return reason.toString();
    }

    /** Returns how long to wait before a retry, from now. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Returns the last failed fetch, or null if none failed. */
    public @Nullable Failure failure() {
        return failure;
    }

    /** Returns the configured name of the account. */
    public String account() {
        return account;
    }

    /** Returns whether a report was rejected to preserve the daily budget. */
    public boolean overBudget() {
        return refused;
    }
}
