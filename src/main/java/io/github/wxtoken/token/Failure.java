package io.github.wxtoken.token;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The last of a row of failed refreshes, as kept in a {@link TokenRecord} until one succeeds.
 *
 * @param errcode WeChat's {@code errcode}, or 0 when WeChat gave none (a transport failure)
 * @param text WeChat's {@code errmsg}, or what went wrong in transport; never a secret, a token or a URL
 * @param hint the key of what to do about it, in {@link Hints}, or null where nothing is known
 * @param advice what the refresher makes of it
 * @param attempts how many attempts have failed in a row, this one included
 * @param since when the first of them failed
 * @param at when this one failed
 * @param retryAt before which no further attempt is made
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

    /** What to do about it, in the language of whoever reads it. */
    public @Nullable String hint(Locale locale) {
        return hint == null ? null : Hints.text(hint, text, locale);
    }

    /** What was said, in one line: WeChat's code and text, or what went wrong in transport. */
    public String said() {
        return errcode == 0 ? text : errcode + " " + text;
    }

    /** This failure, after which the next attempt may be made from another time on. */
    Failure retriedFrom(Instant time) {
        return new Failure(errcode, text, hint, advice, attempts, since, at, time);
    }
}
