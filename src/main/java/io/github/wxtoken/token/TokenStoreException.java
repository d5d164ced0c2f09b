package io.github.wxtoken.token;

/** Thrown where a shared store cannot be used. Its message says why and what to do, and never shows a secret. */
public final class TokenStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TokenStoreException(String message) {
        super(message);
    }
}
