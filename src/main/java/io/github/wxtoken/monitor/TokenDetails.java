package io.github.wxtoken.monitor;

import static io.github.wxtoken.monitor.Words.word;

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
 * All that operators are shown of one token; never its value.
 *
 * @param account the operator's name for the account
 * @param appid WeChat's AppID
 * @param kind {@code access_token}, or WeChat's type of the ticket
 * @param api by which the account's access_token is fetched
 * @param state how well it is served
 * @param fingerprint of the current token, dead or alive
 * @param version the version of the token
 * @param issuedAt the start of its life
 * @param expiresAt the end of it
 * @param servedUntil until when a caller who asks now may keep it
 * @param nextRefresh the earliest instant of the next fetch
 * @param doubt why it is replaced before its time
 * @param refreshedBy the replica that fetched it
 * @param fetching who is fetching another one now
 * @param previous the token before it, until WeChat no longer takes it
 * @param lastError what the refreshes that fail fail of, while they do
 * @param contested that somebody else uses the AppSecret, for an hour after it was noticed
 * @param store what is wrong with the store that replicas share, while it is
 * @param budget the day's attempts to mint
 * @param watchdog when WeChat was last found to accept it
 * @param waiting how many callers wait for it
 * @param events what has happened lately, the oldest first; absent where there are too many tokens to tell of
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"account", "appid", "kind", "api", "state"})
record TokenDetails(
        String account,
        String appid,
        String kind,
        String api,
        State state,
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
                word(token.account().api()),
                health.state(),
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

    /** A fetch under way: by which replica, since when, and what for. */
    record Fetching(String by, Instant since, String trigger) {
        static @Nullable Fetching of(TokenRecord record, Instant now) {
            Claim claim = record.claim();
            return claim == null || !record.fetching(now)
                    ? null
                    : new Fetching(claim.owner(), claim.since(), word(claim.trigger()));
        }
    }

    /** The token before the current one, which WeChat takes until its grace ends. */
    record Previous(String fingerprint, Instant issuedAt, Instant endsAt) {
        static @Nullable Previous of(@Nullable Token token, Instant now) {
            return token == null || !now.isBefore(token.expiresAt())
                    ? null
                    : new Previous(token.fingerprint(), token.issuedAt(), token.expiresAt());
        }
    }

    /** Attempts to mint: how many this Beijing day has seen, how many it may see, and when the next day begins. */
    record Spending(int spent, int limit, Instant resetsAt) {}

    /** When WeChat was last found to accept the token. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record WatchdogDetails(@Nullable Instant verifiedAt) {}
}
