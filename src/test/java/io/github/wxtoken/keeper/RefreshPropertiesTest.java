package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Tests which property values are accepted and the messages about the others. */
class RefreshPropertiesTest {

    private static final Accounts ACCOUNTS = new Accounts(List.of(
            new Account("large", "wx1", Api.CLASSIC, Set.of(), 5000),
            new Account("small", "wx2", Api.CLASSIC, Set.of(), 2000)));

    @ParameterizedTest(name = "lead {0}, overlap {1}, reserve {2}, watchdog {3}")
    @CsvSource({"PT10M, PT5M, 100, PT1M", "PT1S, PT0S, 0, PT0S", "PT2H, PT2H, 1999, PT2H", "PT10M, PT5M, 100, PT10S"})
    void whatMakesSenseIsTaken(Duration lead, Duration overlap, int reserve, Duration watchdog) {
        RefreshProperties properties = new RefreshProperties(lead, overlap, reserve, watchdog);
        assertThatCode(() -> properties.validate(ACCOUNTS)).doesNotThrowAnyException();
    }

    /** An account with a small daily budget must not need another property. */
    @ParameterizedTest(name = "daily budget {0}: reserve {1}")
    @CsvSource({"1, 0", "2, 1", "100, 50", "101, 50", "200, 100", "500000, 100"})
    void withoutAReserveItFitsTheDailyBudget(int dailyBudget, int reserve) {
        Account account = new Account("main", "wx1", Api.CLASSIC, Set.of(), dailyBudget);
        RefreshProperties properties =
                new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), null, Duration.ofMinutes(1));

        assertThatCode(() -> properties.validate(new Accounts(List.of(account))))
                .doesNotThrowAnyException();
        assertThat(properties.policy(account, TokenKind.ACCESS_TOKEN).reserve()).isEqualTo(reserve);
    }

    @ParameterizedTest(name = "{0}: lead {1}, overlap {2}, reserve {3}, watchdog {4}")
    @CsvSource({
        "lead, PT0S, PT5M, 100, PT1M, between 1s and 2h",
        "lead, PT0.999S, PT5M, 100, PT1M, between 1s and 2h",
        "lead, PT-10M, PT5M, 100, PT1M, between 1s and 2h",
        "lead, PT2H0.001S, PT5M, 100, PT1M, between 1s and 2h",
        "overlap, PT10M, PT-1S, 100, PT1M, between 0s and 2h",
        "overlap, PT10M, PT2H0.001S, 100, PT1M, between 0s and 2h",
        "watchdog, PT10M, PT5M, 100, PT9.999S, between 10s and 2h",
        "watchdog, PT10M, PT5M, 100, PT-1M, between 10s and 2h",
        "watchdog, PT10M, PT5M, 100, PT2H0.001S, between 10s and 2h",
        "reserve, PT10M, PT5M, -1, PT1M, negative",
        "reserve, PT10M, PT5M, 2000, PT1M, account 'small'",
        "reserve, PT10M, PT5M, 5001, PT1M, account 'large'"
    })
    void whatMakesNoSenseIsCalledByItsName(
            String name, Duration lead, Duration overlap, int reserve, Duration watchdog, String reason) {
        RefreshProperties properties = new RefreshProperties(lead, overlap, reserve, watchdog);
        assertThatThrownBy(() -> properties.validate(ACCOUNTS))
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, e -> assertThat(e.getName())
                        .isEqualTo("wxtoken.refresh." + name))
                .hasMessageContaining(reason);
    }
}
