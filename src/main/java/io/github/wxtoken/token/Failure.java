package io.github.wxtoken.token;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The latest of consecutive failed fetches, kept in the {@link TokenRecord} until a fetch succeeds.
 *
 * @param errcode WeChat's {@code errcode}, or 0 for a transport failure
 * @param text WeChat's {@code errmsg}, or a description of the transport failure; never a secret, a token or a URL
 * @param hint the key of the remedy in {@link Hints}, or null if none is known
 * @param advice how the refresher reacts
 * @param attempts the number of consecutive failed attempts, including this one
 * @param since when the first of these attempts failed
 * @param at when the latest attempt failed
 * @param retryAt the earliest time of the next attempt
 */
public record Failure(
        int errcode,
        String text,
        @Nullable String hint,
        TokenSourceException.Advice advice,
        int attempts,
        Instant since,
        Instant at,
        Instant retryAt) {

    /** Returns the remedy in a language, for any account, or null if none is known. */
    public @Nullable String hint(Locale locale) {
        return hint == null ? null : Hints.text(hint, text, locale);
    }

    /** Returns the remedy in a language for the account with this prefix of its properties, or null if none is known. */
    public @Nullable String hint(String account, Locale locale) {
        return hint == null ? null : Hints.text(hint, text, account, locale);
    }

    /** Returns one line with WeChat's code and text, or with the transport failure. */
    public String said() {
        return errcode == 0 ? text : errcode + " " + text;
    }

    /** Returns this failure with another retry time. */
    Failure retriedFrom(Instant time) {
        return new Failure(errcode, text, hint, advice, attempts, since, at, time);
    }
}
