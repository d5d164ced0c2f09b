package io.github.wxtoken.keeper;

import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenKind;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;

/**
 * Configures how tokens are refreshed.
 *
 * @param lead how long before its expiry a classic token is refreshed; at most a third of its life
 * @param overlap how long WeChat accepts the old token after a refresh
 * @param reserve how many attempts of the daily budget reports and the watchdog must leave to scheduled refreshes; by
 *     default 100, but at most half of an account's daily budget
 * @param watchdog how often the current token is probed, to detect that it was ended, but not by this server; 0 for
 *     never
 */
@ConfigurationProperties(prefix = "wxtoken.refresh", ignoreUnknownFields = false)
record RefreshProperties(
        @DefaultValue("10m") @DurationUnit(ChronoUnit.SECONDS) Duration lead,
        @DefaultValue("5m") @DurationUnit(ChronoUnit.SECONDS) Duration overlap,
        @Nullable Integer reserve,
        @DefaultValue("1m") @DurationUnit(ChronoUnit.SECONDS) Duration watchdog) {

    private static final Duration LONGEST = Duration.ofHours(2);
    private static final int USUAL_RESERVE = 100;

    /**
     * Checks the values and compares them with the accounts.
     *
     * @throws InvalidConfigurationPropertyValueException if a value is invalid
     */
    void validate(Accounts accounts) {
        within("lead", lead, Duration.ofSeconds(1));
        within("overlap", overlap, Duration.ZERO);
        if (!watchdog.isZero()) {
            within("watchdog", watchdog, Duration.ofSeconds(10));
        }
        if (reserve == null) {
            return;
        }
        if (reserve < 0) {
            throw invalid("reserve", reserve, "property.negative");
        }
        for (Account account : accounts.all()) {
            if (reserve >= account.dailyBudget()) {
                throw invalid("reserve", reserve, "property.reserve", account.name(), account.dailyBudget());
            }
        }
    }

    /** Returns the policy for one of an account's tokens. */
    RefreshPolicy policy(Account account, TokenKind kind) {
        return RefreshPolicy.of(account, kind, lead, overlap, watchdog, reserve(account));
    }

    private int reserve(Account account) {
        return reserve == null ? Math.min(USUAL_RESERVE, account.dailyBudget() / 2) : reserve;
    }

    private static void within(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw invalid(name, value, "property.range", least.toSeconds());
        }
    }

    private static InvalidConfigurationPropertyValueException invalid(
            String name, Object value, String key, Object... arguments) {
        String reason = Message.of(RefreshProperties.class, key, arguments).inSystemLanguage();
        return new InvalidConfigurationPropertyValueException("wxtoken.refresh." + name, value, reason);
    }
}
