package io.github.wxtoken.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fetch that gave no token: says why, what to do next, and whether WeChat may have minted one all the same.
 *
 * <p>Its message never holds a secret, a token or a URL (WeChat's URLs carry the AppSecret).
 */
public final class TokenSourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What the refresher should do next. */
    public enum Advice {
        /** Try again within seconds: WeChat is busy, or the network failed. */
        RETRY_SOON,
        /** The access_token that the call took was refused: report it, and try again within seconds. */
        REPORT,
        /** WeChat asks for patience: try again in minutes to hours. */
        BACK_OFF,
        /** Only an operator can mend it; look every few minutes whether one has. */
        OPERATOR,
        /** WeChat's quota is spent. */
        QUOTA
    }

    /** How far the request came. */
    public enum CallOutcome {
        /** It surely did not reach WeChat. */
        NOT_SENT,
        /** WeChat answered, and minted nothing. */
        REFUSED,
        /** It may have reached WeChat, which may have minted a token that nobody holds. */
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
     * @param errcode WeChat's {@code errcode}, 0 for none
     * @param text WeChat's {@code errmsg}, or what went wrong in transport
     * @param hint the key of what an operator should do, in {@link Hints}, or null
     * @param retryAfter how long to wait as WeChat's rules say, or null where the advice alone decides
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
