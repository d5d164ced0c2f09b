package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.Trigger;
import java.time.Instant;
import java.util.Optional;

/** Something that happened to a token, for the log, the metrics and whoever watches. It never carries a value. */
public sealed interface TokenEvent {

    /** Whose token. */
    Account account();

    /** Which token. */
    TokenKey key();

    /** Calls the method of a listener that is for this type of event. */
    void sendTo(TokenListener listener);

    /**
     * A new token was committed.
     *
     * @param trigger what for
     * @param version the version of the token
     * @param fingerprint of the token
     * @param issuedAt when it was asked for
     * @param expiresAt when it ends
     * @param refreshAt when it is planned to be refreshed
     */
    record Refreshed(
            Account account,
            TokenKey key,
            Trigger trigger,
            long version,
            String fingerprint,
            Instant issuedAt,
            Instant expiresAt,
            Instant refreshAt)
            implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.refreshed(this);
        }
    }

    /**
     * A token that another replica has fetched was taken over from the store.
     *
     * @param version the version of the token
     * @param fingerprint of the token
     * @param issuedAt when it was asked for
     * @param expiresAt when it ends
     * @param by which replica has fetched it
     */
    record Adopted(
            Account account,
            TokenKey key,
            long version,
            String fingerprint,
            Instant issuedAt,
            Instant expiresAt,
            String by)
            implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.adopted(this);
        }
    }

    /**
     * An operator has ordered something.
     *
     * @param action what
     * @param by who
     */
    record Ordered(Account account, TokenKey key, Action action, String by) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.ordered(this);
        }
    }

    /**
     * WeChat handed out the current token again.
     *
     * @param version the version of the token
     * @param fingerprint of the token
     * @param refused whether WeChat refuses it all the same, so that it is going to be forced to replace it
     */
    record Reissued(Account account, TokenKey key, Trigger trigger, long version, String fingerprint, boolean refused)
            implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.reissued(this);
        }
    }

    /**
     * An attempt to refresh failed.
     *
     * @param trigger what for
     * @param failure why, how often by now, and when it is tried again
     * @param before the failure before it in the same row, if any
     */
    record RefreshFailed(Account account, TokenKey key, Trigger trigger, Failure failure, Optional<Failure> before)
            implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.refreshFailed(this);
        }
    }

    /**
     * There has been no usable token for some seconds, or there still is none after some minutes.
     *
     * @param since when it was noticed first
     * @param reason why, and what was tried
     */
    record Unserved(Account account, TokenKey key, Instant since, String reason) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.unserved(this);
        }
    }

    /** A business server reported a token, and was answered with an outcome. */
    record Reported(Account account, TokenKey key, Report.Outcome outcome) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.reported(this);
        }
    }

    /**
     * The current token was found dead.
     *
     * @param trigger who found it
     * @param contested whether somebody else must have minted another one
     * @param version the version of the dead token
     * @param fingerprint of the dead token
     */
    record FoundDead(
            Account account, TokenKey key, Trigger trigger, boolean contested, long version, String fingerprint)
            implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.foundDead(this);
        }
    }

    /**
     * WeChat was asked whether it accepts the current token.
     *
     * @param trigger who wanted to know: the watchdog, or a report
     * @param verdict what it said
     */
    record Verified(Account account, TokenKey key, Trigger trigger, TokenSource.Verdict verdict) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.verified(this);
        }
    }

    /** Somebody else was faster to change the shared record, so that a change had to be made again. */
    record Contended(Account account, TokenKey key) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.contended(this);
        }
    }
}
