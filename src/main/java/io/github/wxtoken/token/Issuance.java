package io.github.wxtoken.token;

/** How WeChat issues a token, and what another fetch does to the current one. */
public enum Issuance {
    /** Each call issues a new token; the previous one ends after the overlap. */
    CLASSIC,
    /**
     * Calls return the same token until its last five minutes. Then they return a new one, and both stay valid. Only a
     * forced call ends the previous token.
     */
    STABLE,
    /** Calls return the same ticket until WeChat issues a new one. WeChat does not report the ticket's age. */
    TICKET;

    static Issuance of(Account account, TokenKind kind) {
        if (kind.isTicket()) {
            return TICKET;
        }
        return account.api() == Api.STABLE ? STABLE : CLASSIC;
    }

    /** Returns whether a call ends the previously issued token, even if its response is lost. */
    boolean supersedes(Trigger trigger) {
        return this == CLASSIC || trigger == Trigger.FORCED;
    }
}
