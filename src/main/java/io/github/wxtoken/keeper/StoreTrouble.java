package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.StoreProblem;
import java.time.Instant;
import java.util.Locale;

/**
 * The reason why this replica cannot share a record with the others. Meanwhile it keeps serving the record it has.
 *
 * @param since when the problem was detected (local clock)
 * @param problem the kind of the problem
 * @param detail what identifies the problem in any language, or an empty string
 */
public record StoreTrouble(Instant since, StoreProblem problem, String detail) {

    /** Returns the cause and what to do about it, in a language. */
    public String text(Locale locale) {
        return Hints.store(problem, detail, locale);
    }
}
