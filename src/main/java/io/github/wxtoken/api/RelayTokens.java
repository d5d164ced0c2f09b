package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.token.Account;
import org.jspecify.annotations.Nullable;

/** Issues and verifies the access_tokens of the relay. Implementations are thread-safe. */
public interface RelayTokens {

    /** Returns a new token of a caller for an account, or null if the caller may not use the relay. It ends with the key. */
    @Nullable
    String issue(Caller caller, String key, Account account);

    /** Returns the life of a new token in seconds. */
    long expiresIn();

    /**
     * Returns the account of a token.
     *
     * @throws InvalidTokenException if the token is not valid
     */
    Account accountOf(String token) throws InvalidTokenException;

    /** Signals a token that is not valid. */
    final class InvalidTokenException extends Exception {

        private static final long serialVersionUID = 1L;

        private final int errcode;

        /** Creates the exception with WeChat's error for such a token. */
        public InvalidTokenException(int errcode, String errmsg) {
            super(errmsg);
            this.errcode = errcode;
        }

        int errcode() {
            return errcode;
        }
    }
}
