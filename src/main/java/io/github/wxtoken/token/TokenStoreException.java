package io.github.wxtoken.token;

/** Thrown when a shared store is unavailable. Its message gives reason and remedy and never contains a secret. */
public final class TokenStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final StoreProblem problem;

    /** Creates an exception for a store that cannot be reached. */
    public TokenStoreException(String message) {
        this(StoreProblem.UNREACHABLE, message);
    }

    public TokenStoreException(StoreProblem problem, String message) {
        super(message);
        this.problem = problem;
    }

    /** Returns what keeps the store from being used. */
    public StoreProblem problem() {
        return problem;
    }
}
