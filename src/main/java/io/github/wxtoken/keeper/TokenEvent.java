package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.Trigger;
import java.time.Instant;
import java.util.Optional;

/** An event in the life of a token, for logs, metrics and other listeners. It never contains a token's value. */
public sealed interface TokenEvent {

    /** Returns the account of the token. */
    Account account();

    /** Returns the key of the token. */
    TokenKey key();

    /** Calls the listener's method for this type of event. */
    void sendTo(TokenListener listener);

    /**
     * A new token was committed.
     *
     * @param trigger the reason for the fetch
     * @param version the version of the token
     * @param fingerprint the fingerprint of the token
     * @param issuedAt when it was requested
     * @param expiresAt when it expires
     * @param refreshAt the time of its planned refresh
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
     * A token that another replica fetched was taken over from the store.
     *
     * @param version the version of the token
     * @param fingerprint the fingerprint of the token
     * @param issuedAt when it was requested
     * @param expiresAt when it expires
     * @param by the replica that fetched it
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
     * An operator ordered a refresh or a revocation.
     *
     * @param action the ordered action
     * @param by the name of the operator
     */
    record Ordered(Account account, TokenKey key, Action action, String by) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.ordered(this);
        }
    }

    /**
     * WeChat returned the current token again.
     *
     * @param trigger the reason for the fetch
     * @param version the version of the token
     * @param fingerprint the fingerprint of the token
     * @param refused whether WeChat rejects it nevertheless, so that a forced refresh is needed
     */
    record Reissued(Account account, TokenKey key, Trigger trigger, long version, String fingerprint, boolean refused)
            implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.reissued(this);
        }
    }

    /**
     * A refresh failed.
     *
     * @param trigger the reason for the fetch
     * @param failure the reason, the number of failures so far, and the time of the next attempt
     * @param before the previous consecutive failure, if any
     */
    record RefreshFailed(Account account, TokenKey key, Trigger trigger, Failure failure, Optional<Failure> before)
            implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.refreshFailed(this);
        }
    }

    /**
     * There has been no usable token for some seconds. Repeated every few minutes while that lasts.
     *
     * @param since when this was first noticed
     * @param reason why there is none, and what was tried
     */
    record Unserved(Account account, TokenKey key, Instant since, String reason) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.unserved(this);
        }
    }

    /** A caller's report of a token was answered. */
    record Reported(Account account, TokenKey key, Report.Outcome outcome) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.reported(this);
        }
    }

    /**
     * The current token was found dead.
     *
     * @param trigger the origin of the probe: the watchdog or a report
     * @param contested whether WeChat had replaced the token, but not for this server as far as it knows
     * @param again when this was last found of an earlier token, if that was within a day
     * @param version the version of the dead token
     * @param fingerprint of the dead token
     * @param outlook when the next fetch is due, or why it is delayed, as far as is known
     */
    record FoundDead(
            Account account,
            TokenKey key,
            Trigger trigger,
            boolean contested,
            Optional<Instant> again,
            long version,
            String fingerprint,
            String outlook)
            implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.foundDead(this);
        }
    }

    /**
     * A probe of the current token ended.
     *
     * @param trigger the origin of the probe: the watchdog or a report
     * @param verdict WeChat's verdict
     */
    record Probed(Account account, TokenKey key, Trigger trigger, TokenSource.Verdict verdict) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.probed(this);
        }
    }

    /** A change of the shared record was repeated because another replica or thread had changed it first. */
    record Contended(Account account, TokenKey key) implements TokenEvent {
        @Override
        public void sendTo(TokenListener listener) {
            listener.contended(this);
        }
    }
}
