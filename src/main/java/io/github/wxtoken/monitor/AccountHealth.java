package io.github.wxtoken.monitor;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.wxtoken.keeper.TokenStatus;
import io.github.wxtoken.support.NamedProperties;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The health of one account's access_token or of one of its tickets, as shown to operators.
 *
 * @param appid the account's AppID
 * @param state the state of the token
 * @param fingerprint the fingerprint of the current token, dead or alive
 * @param ageSeconds the age of the current token
 * @param expiresInSeconds how long a caller may keep the token if it asks now
 * @param nextRefresh the earliest time of the next fetch
 * @param attemptsToday the number of fetch attempts today, Beijing time
 * @param dailyBudget the number of fetch attempts allowed per day
 * @param lastError the reason why refreshes currently fail, or null
 * @param store the current problem with the shared store, or null
 * @param contested present for an hour after WeChat had ended a token that this server had not replaced
 */
@JsonPropertyOrder({
    "appid",
    "state",
    "fingerprint",
    "ageSeconds",
    "expiresInSeconds",
    "nextRefresh",
    "attemptsToday",
    "dailyBudget",
    "lastError",
    "store",
    "contested"
})
@JsonInclude(JsonInclude.Include.NON_NULL)
record AccountHealth(
        String appid,
        State state,
        @Nullable String fingerprint,
        @Nullable Long ageSeconds,
        @Nullable Long expiresInSeconds,
        Instant nextRefresh,
        int attemptsToday,
        int dailyBudget,
        @Nullable LastError lastError,
        @Nullable String store,
        @Nullable Contested contested) {

    private static final Duration CONTESTED_IS_NEWS = Duration.ofHours(1);

    static AccountHealth of(TokenStatus token, Locale locale) {
        TokenRecord record = token.record();
        Instant now = token.now();
        Token current = record.current();
        ServedToken served = token.served();
        Failure failure = record.failure();
        return new AccountHealth(
                token.account().appid(),
                State.of(token),
                current == null ? null : current.fingerprint(),
                current == null
                        ? null
                        : Duration.between(current.issuedAt(), now).toSeconds(),
                served == null ? null : served.expiresIn(),
                nextRefresh(token),
                record.budget().spentOn(now),
                token.dailyBudget(),
                failure == null ? null : LastError.of(token, failure, locale),
                token.storeTrouble() == null ? null : token.storeTrouble().text(locale),
                Contested.of(token, locale));
    }

    /** Returns the earliest time of the next fetch, which is not in the past. */
    static Instant nextRefresh(TokenStatus token) {
        return seconds(token.nextRefresh().isBefore(token.now()) ? token.now() : token.nextRefresh());
    }

    /** Returns whether a token was ended from outside within the last hour. */
    static boolean isContested(TokenStatus token) {
        Instant at = token.record().contestedAt();
        return at != null && !at.plus(CONTESTED_IS_NEWS).isBefore(token.now());
    }

    /** Returns the name of a token for operators: the account's name, and WeChat's type for a ticket. */
    static String name(TokenStatus token) {
        String type = token.key().kind().type();
        return type == null ? token.account().name() : token.account().name() + "/" + type;
    }

    private static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * The reason why refreshes fail.
     *
     * @param errcode WeChat's {@code errcode}, or null if it sent none
     * @param errmsg WeChat's {@code errmsg}, or a description of the transport failure
     * @param hint how to fix the problem
     * @param attempts the number of consecutive failures
     * @param since the time of the first of them
     * @param retryAt the earliest time of the next attempt
     */
    @JsonPropertyOrder({"errcode", "errmsg", "hint", "attempts", "since", "retryAt"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LastError(
            @Nullable Integer errcode,
            String errmsg,
            @Nullable String hint,
            int attempts,
            Instant since,
            Instant retryAt) {

        static LastError of(TokenStatus token, Failure failure, Locale locale) {
            return new LastError(
                    failure.errcode() == 0 ? null : failure.errcode(),
                    failure.text(),
                    failure.hint(NamedProperties.ACCOUNTS.prefix(token.account().name()), locale),
                    failure.attempts(),
                    seconds(failure.since()),
                    seconds(failure.retryAt()));
        }
    }

    /**
     * WeChat has ended a token that this server had not replaced.
     *
     * @param at when this was last detected
     * @param until until when this is shown, unless it is detected again
     * @param hint how to fix the problem
     */
    @JsonPropertyOrder({"at", "until", "hint"})
    record Contested(Instant at, Instant until, String hint) {

        static @Nullable Contested of(TokenStatus token, Locale locale) {
            Instant at = token.record().contestedAt();
            return at == null || !isContested(token)
                    ? null
                    : new Contested(
                            seconds(at), seconds(at.plus(CONTESTED_IS_NEWS)), Hints.contested(token.account(), locale));
        }
    }
}
