package io.github.wxtoken.monitor;

import static io.github.wxtoken.support.EnumNames.lowerCase;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.monitor.AccountHealth.Contested;
import io.github.wxtoken.monitor.AccountHealth.LastError;
import io.github.wxtoken.token.Claim;
import io.github.wxtoken.token.Doubt;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenRecord;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The details of one token for operators, without its value.
 *
 * @param account the configured name of the account
 * @param appid the account's AppID
 * @param kind {@code access_token}, or WeChat's type of the ticket
 * @param api the API that the account's access_token is fetched from
 * @param state the state of the token
 * @param cause the key of the {@link Cause} why it needs attention, or null if it needs none
 * @param fingerprint the fingerprint of the current token, dead or alive
 * @param version the version of the current token
 * @param issuedAt when the current token was issued
 * @param expiresAt when the current token expires
 * @param servedUntil until when a caller may keep the token if it asks now
 * @param nextRefresh the earliest time of the next fetch
 * @param doubt the level of doubt if the token must be replaced early
 * @param refreshedBy the replica that fetched the current token
 * @param fetching the fetch in progress
 * @param previous the previous token while WeChat accepts it
 * @param lastError the reason why refreshes currently fail
 * @param contested present for an hour after WeChat had ended a token that this server had not replaced
 * @param store the current problem with the shared store
 * @param budget the day's fetch attempts
 * @param watchdog the last successful verification
 * @param waiting the number of callers that wait for the token
 * @param events the recent events, the oldest first; absent if there are too many tokens
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"account", "appid", "kind", "api", "state", "cause"})
record TokenDetails(
        String account,
        String appid,
        String kind,
        String api,
        State state,
        @Nullable String cause,
        @Nullable String fingerprint,
        @Nullable Long version,
        @Nullable Instant issuedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant servedUntil,
        Instant nextRefresh,
        @Nullable String doubt,
        @Nullable String refreshedBy,
        @Nullable Fetching fetching,
        @Nullable Previous previous,
        @Nullable LastError lastError,
        @Nullable Contested contested,
        @Nullable String store,
        Spending budget,
        WatchdogDetails watchdog,
        int waiting,
        @Nullable List<HistoryEntry> events) {

    static TokenDetails of(TokenStatus token, @Nullable List<HistoryEntry> events, Locale locale) {
        TokenRecord record = token.record();
        AccountHealth health = AccountHealth.of(token, locale);
        Token current = record.current();
        ServedToken served = token.served();
        Doubt doubt = record.doubt();
        String type = token.key().kind().type();
        return new TokenDetails(
                token.account().name(),
                token.account().appid(),
                type == null ? "access_token" : type,
                lowerCase(token.account().api()),
                health.state(),
                Cause.key(token),
                health.fingerprint(),
                current == null ? null : record.version(),
                current == null ? null : current.issuedAt(),
                current == null ? null : current.expiresAt(),
                served == null ? null : token.now().plusSeconds(served.expiresIn()),
                health.nextRefresh(),
                doubt == null ? null : doubt.level().name(),
                record.refreshedBy(),
                Fetching.of(record, token.now()),
                Previous.of(record.previous(), token.now()),
                health.lastError(),
                health.contested(),
                health.store(),
                new Spending(health.attemptsToday(), token.dailyBudget(), token.budgetEnds()),
                new WatchdogDetails(record.verifiedAt()),
                token.waiting(),
                events);
    }

    /** A fetch in progress: the replica, the start and the reason. */
    record Fetching(String by, Instant since, String trigger) {
        static @Nullable Fetching of(TokenRecord record, Instant now) {
            Claim claim = record.claim();
            return claim == null || !record.fetching(now)
                    ? null
                    : new Fetching(claim.owner(), claim.since(), lowerCase(claim.trigger()));
        }
    }

    /** The previous token, which WeChat accepts until the overlap ends. */
    record Previous(String fingerprint, Instant issuedAt, Instant endsAt) {
        static @Nullable Previous of(@Nullable Token token, Instant now) {
            return token == null || !now.isBefore(token.expiresAt())
                    ? null
                    : new Previous(token.fingerprint(), token.issuedAt(), token.expiresAt());
        }
    }

    /** The fetch attempts of the day (Beijing time), their limit, and when the next day begins. */
    record Spending(int spent, int limit, Instant resetsAt) {}

    /** When WeChat was last found to accept the token; null if never. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record WatchdogDetails(@Nullable Instant verifiedAt) {}
}
