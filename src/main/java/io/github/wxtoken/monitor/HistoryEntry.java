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
 * Something that happened to a token, as the history shows it. Only {@code at} and {@code type} are always there.
 *
 * @param at when it happened first
 * @param type what happened
 * @param trigger what for
 * @param version the version that came of it
 * @param fingerprint of the token
 * @param issuedAt the start of the new token's life
 * @param expiresAt the end of it
 * @param errcode WeChat's {@code errcode}
 * @param errmsg WeChat's {@code errmsg}, or what went wrong on the way to it
 * @param outcome of a report
 * @param contested whether somebody else must have done it
 * @param action what was ordered
 * @param by the replica that fetched, or the operator who ordered
 * @param times how often it happened, where that was more than once
 * @param lastAt when it happened last, then
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

    /** Whether it begins another stretch of the token's life, across which like events are not counted as one. */
    boolean isTurn() {
        return type.equals("refreshed") || type.equals("dead") || type.equals("ordered");
    }

    /** Whether another of the kind is more of the same. */
    boolean isLike(HistoryEntry other) {
        return !isTurn()
                && type.equals(other.type)
                && Objects.equals(trigger, other.trigger)
                && Objects.equals(errcode, other.errcode)
                && Objects.equals(outcome, other.outcome)
                && Objects.equals(fingerprint, other.fingerprint);
    }

    /** This one and another of its kind, as one; what it says is the newer's. */
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

    /** Its parts while they are gathered. */
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
