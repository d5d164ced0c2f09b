package io.github.wxtoken.monitor;

import static io.github.wxtoken.monitor.Words.word;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.wxtoken.keeper.TokenEvent.Adopted;
import io.github.wxtoken.keeper.TokenEvent.FoundDead;
import io.github.wxtoken.keeper.TokenEvent.Ordered;
import io.github.wxtoken.keeper.TokenEvent.RefreshFailed;
import io.github.wxtoken.keeper.TokenEvent.Refreshed;
import io.github.wxtoken.keeper.TokenEvent.Reissued;
import io.github.wxtoken.keeper.TokenEvent.Reported;
import io.github.wxtoken.keeper.TokenEvent.Unserved;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event of a token in the {@link History}. Only {@code at} and {@code type} are always present.
 *
 * @param at when the event first happened
 * @param type the type of the event
 * @param trigger the reason for the fetch or probe
 * @param version the version of the new token
 * @param fingerprint the fingerprint of the token
 * @param issuedAt when the new token was issued
 * @param expiresAt when the new token expires
 * @param errcode WeChat's {@code errcode}
 * @param errmsg WeChat's {@code errmsg}, or a description of the transport failure
 * @param outcome the outcome of a report
 * @param contested whether another client must have superseded the token
 * @param action the ordered action
 * @param by the replica that fetched the token, or the operator who placed the order
 * @param times how often the event happened, if more than once
 * @param lastAt when the event last happened, if more than once
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"at", "type", "trigger", "version", "fingerprint", "issuedAt", "expiresAt"})
record HistoryEntry(
        Instant at,
        String type,
        @Nullable String trigger,
        @Nullable Long version,
        @Nullable String fingerprint,
        @Nullable Instant issuedAt,
        @Nullable Instant expiresAt,
        @Nullable Integer errcode,
        @Nullable String errmsg,
        @Nullable String outcome,
        @Nullable Boolean contested,
        @Nullable String action,
        @Nullable String by,
        @Nullable Integer times,
        @Nullable Instant lastAt) {

    static HistoryEntry of(Refreshed event, Instant at, String replica) {
        Builder entry = new Builder(at);
        entry.trigger = word(event.trigger());
        entry.token(event.version(), event.fingerprint(), event.issuedAt(), event.expiresAt());
        return entry.build("refreshed", replica);
    }

    static HistoryEntry of(Adopted event, Instant at) {
        Builder entry = new Builder(at);
        entry.token(event.version(), event.fingerprint(), event.issuedAt(), event.expiresAt());
        return entry.build("refreshed", event.by());
    }

    static HistoryEntry of(Reissued event, Instant at) {
        Builder entry = new Builder(at);
        entry.trigger = word(event.trigger());
        entry.fingerprint = event.fingerprint();
        return entry.build("reissued", null);
    }

    static HistoryEntry of(RefreshFailed event, Instant at) {
        Builder entry = new Builder(at);
        entry.trigger = word(event.trigger());
        entry.errcode = event.failure().errcode() == 0 ? null : event.failure().errcode();
        entry.errmsg = event.failure().text();
        return entry.build("failed", null);
    }

    static HistoryEntry of(FoundDead event, Instant at) {
        Builder entry = new Builder(at);
        entry.trigger = word(event.trigger());
        entry.fingerprint = event.fingerprint();
        entry.contested = event.contested();
        return entry.build("dead", null);
    }

    static HistoryEntry of(Reported event, Instant at) {
        Builder entry = new Builder(at);
        entry.outcome = word(event.outcome());
        return entry.build("reported", null);
    }

    static HistoryEntry of(Unserved event, Instant at) {
        return new Builder(at).build("unserved", null);
    }

    static HistoryEntry of(Ordered event, Instant at) {
        Builder entry = new Builder(at);
        entry.action = word(event.action());
        return entry.build("ordered", event.by());
    }

    /** Returns whether this is a turning point of the token's life. Similar events are not merged across one. */
    boolean isTurn() {
        return type.equals("refreshed") || type.equals("dead") || type.equals("ordered");
    }

    /** Returns whether another event can be merged into this one. */
    boolean isLike(HistoryEntry other) {
        return !isTurn()
                && type.equals(other.type)
                && Objects.equals(trigger, other.trigger)
                && Objects.equals(errcode, other.errcode)
                && Objects.equals(outcome, other.outcome)
                && Objects.equals(fingerprint, other.fingerprint);
    }

    /** Returns this event merged with a newer similar one, with the message of the newer one. */
    HistoryEntry and(HistoryEntry other) {
        int count = (times == null ? 1 : times) + 1;
        return new HistoryEntry(
                at,
                type,
                trigger,
                version,
                fingerprint,
                issuedAt,
                expiresAt,
                errcode,
                other.errmsg,
                outcome,
                contested,
                action,
                by,
                count,
                other.at);
    }

    /** Collects the fields of an entry. */
    private static final class Builder {
        private final Instant at;
        private @Nullable String trigger;
        private @Nullable Long version;
        private @Nullable String fingerprint;
        private @Nullable Instant issuedAt;
        private @Nullable Instant expiresAt;
        private @Nullable Integer errcode;
        private @Nullable String errmsg;
        private @Nullable String outcome;
        private @Nullable Boolean contested;
        private @Nullable String action;

        Builder(Instant at) {
            this.at = at;
        }

        void token(long version, String fingerprint, Instant issuedAt, Instant expiresAt) {
            this.version = version;
            this.fingerprint = fingerprint;
            this.issuedAt = issuedAt;
            this.expiresAt = expiresAt;
        }

        HistoryEntry build(String type, @Nullable String by) {
            return new HistoryEntry(
                    at,
                    type,
                    trigger,
                    version,
                    fingerprint,
                    issuedAt,
                    expiresAt,
                    errcode,
                    errmsg,
                    outcome,
                    contested,
                    action,
                    by,
                    null,
                    null);
        }
    }
}
