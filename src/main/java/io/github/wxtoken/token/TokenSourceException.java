package io.github.wxtoken.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a fetch returned no token: the reason, the advice, and whether WeChat may still have minted a token.
 *
 * <p>The message never contains a secret, a token or a URL (WeChat's URLs contain the AppSecret).
 */
public final class TokenSourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The next action of the refresher. */
    public enum Advice {
        /** Retry within seconds: WeChat is busy or the network failed. */
        RETRY_SOON,
        /** WeChat rejected the call's access_token: report it and retry within seconds. */
        REPORT,
        /** WeChat asks to slow down: retry in minutes to hours. */
        BACK_OFF,
        /** Only an operator can fix it: retry every few minutes. */
        OPERATOR,
        /** WeChat's quota is exhausted. */
        QUOTA
    }

    /** The outcome of the request at WeChat. */
    public enum CallOutcome {
        /** The request certainly did not reach WeChat. */
        NOT_SENT,
        /** WeChat responded and minted nothing. */
        REFUSED,
        /** The request may have reached WeChat, and WeChat may have minted a token that nobody holds. */
        UNKNOWN
    }

    private final Advice advice;
    private final CallOutcome outcome;
    private final int errcode;
    private final String text;
    private final @Nullable String hint;
    private final @Nullable Duration retryAfter;

    /**
     * Creates the exception.
     *
     * @param errcode WeChat's {@code errcode}, or 0 for none
     * @param text WeChat's {@code errmsg}, or a description of the transport failure
     * @param hint the key of the remedy in {@link Hints}, or null
     * @param retryAfter the delay required by WeChat's rules, or null if the advice alone decides
     */
    public TokenSourceException(
            Advice advice,
            CallOutcome outcome,
            int errcode,
            String text,
            @Nullable String hint,
            @Nullable Duration retryAfter) {
        super(errcode == 0 ? text : errcode + " " + text);
        this.advice = advice;
        this.outcome = outcome;
        this.errcode = errcode;
        this.text = text;
        this.hint = hint;
        this.retryAfter = retryAfter;
    }

    public Advice advice() {
        return advice;
    }

    public CallOutcome outcome() {
        return outcome;
    }

    public int errcode() {
        return errcode;
    }

    public String text() {
        return text;
    }

    public @Nullable String hint() {
        return hint;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
