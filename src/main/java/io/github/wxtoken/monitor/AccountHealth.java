package io.github.wxtoken.monitor;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.wxtoken.keeper.TokenStatus;
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
 * The health of one account's access_token, or of one of its tickets, as shown to operators.
 *
 * @param appid WeChat's AppID
 * @param state how well it is served
 * @param fingerprint of the current token, dead or alive
 * @param ageSeconds for how long WeChat has known that token
 * @param expiresInSeconds for how long a caller who asks now may keep it
 * @param nextRefresh the earliest instant of the next fetch
 * @param attemptsToday how many attempts to mint the current Beijing day has seen
 * @param dailyBudget how many it may see
 * @param lastError what the refreshes that fail fail of, while they do
 * @param store what is wrong with the store that replicas share, while it is
 * @param contested that somebody else uses the AppSecret, for an hour after it was noticed
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
        Instant contestedAt = record.contestedAt();
        return new AccountHealth(
                token.account().appid(),
                State.of(token),
                current == null ? null : current.fingerprint(),
                current == null
                        ? null
                        : Duration.between(current.issuedAt(), now).toSeconds(),
                served == null ? null : served.expiresIn(),
                seconds(token.nextRefresh().isBefore(now) ? now : token.nextRefresh()),
                record.budget().spentOn(now),
                token.dailyBudget(),
                failure == null ? null : LastError.of(failure, locale),
                token.storeTrouble() == null ? null : token.storeTrouble().text(),
                contestedAt == null || contestedAt.plus(CONTESTED_IS_NEWS).isBefore(now)
                        ? null
                        : new Contested(seconds(contestedAt), Hints.contested(token.account(), locale)));
    }

    /** The name by which operators know a token: the account's, with WeChat's type where it is a ticket. */
    static String name(TokenStatus token) {
        String type = token.key().kind().type();
        return type == null ? token.account().name() : token.account().name() + "/" + type;
    }

    private static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * Why refreshes fail.
     *
     * @param errcode WeChat's {@code errcode}, where it gave one
     * @param errmsg WeChat's {@code errmsg}, or what went wrong on the way to it
     * @param hint what to do about it
     * @param attempts how many have failed in a row
     * @param since when the first of them failed
     * @param retryAt before which no further attempt is made
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

        static LastError of(Failure failure, Locale locale) {
            return new LastError(
                    failure.errcode() == 0 ? null : failure.errcode(),
                    failure.text(),
                    failure.hint(locale),
                    failure.attempts(),
                    seconds(failure.since()),
                    seconds(failure.retryAt()));
        }
    }

    /**
     * Somebody else has minted a token with the same AppSecret.
     *
     * @param at when that was last noticed
     * @param hint what to do about it
     */
    @JsonPropertyOrder({"at", "hint"})
    record Contested(Instant at, String hint) {}
}
