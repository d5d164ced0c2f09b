package io.github.wxtoken.token;

/** Thrown when a shared store is unavailable. Its message gives reason and remedy and never contains a secret. */
public final class TokenStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TokenStoreException(String message) {
        super(message);
    }
}
