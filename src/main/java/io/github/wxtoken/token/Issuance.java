package io.github.wxtoken.token;

/** The way in which WeChat issues a token, which decides what asking for another does to the one in hand. */
public enum Issuance {
    /** Each call issues another token, and ends the one before when the overlap is over. */
    CLASSIC,
    /**
     * The same token is issued again until its last five minutes, in which another one is, and both live on. Only a forced
     * call ends the one before.
     */
    STABLE,
    /** The same ticket is issued again until WeChat makes another. How long it has lived already is never said. */
    TICKET;

    static Issuance of(Account account, TokenKind kind) {
        if (kind.isTicket()) {
            return TICKET;
        }
        return account.api() == Api.STABLE ? STABLE : CLASSIC;
    }

    /** Whether a call ends the token that was issued before it, be its answer seen or lost. */
    boolean supersedes(Trigger trigger) {
        return this == CLASSIC || trigger == Trigger.FORCED;
    }
}
