package io.github.wxtoken.token;

import java.util.Locale;

/** Thrown when a shared store is unavailable. Its message gives reason and remedy and never contains a secret. */
public final class TokenStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final StoreProblem problem;
    private final String detail;

    /** Creates an exception for a problem that needs no detail. */
    public TokenStoreException(StoreProblem problem) {
        this(problem, "");
    }

    /**
     * Creates an exception with the English text of {@link Hints#store} as its message.
     *
     * @param detail what identifies the problem in any language; may be empty
     */
    public TokenStoreException(StoreProblem problem, String detail) {
        super(Hints.store(problem, detail, Locale.ENGLISH));
        this.problem = problem;
        this.detail = detail;
    }

    /** Returns what keeps the store from being used. */
    public StoreProblem problem() {
        return problem;
    }

    /** Returns what identifies the problem in any language, or an empty string. */
    public String detail() {
        return detail;
    }
}
