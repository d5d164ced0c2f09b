package io.github.wxtoken.token;

import static io.github.wxtoken.token.Records.MIDNIGHT;
import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests retry delays and budget limits. */
class RefreshPolicyTest {

    @Test
    void theReserveIsLeftEvenWhereItIsNearlyAllOfTheBudget() {
        RefreshPolicy tight = new RefreshPolicy(
                Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ZERO, 105, 100, Issuance.CLASSIC);
        assertThat(tight.unplannedFrom(spent(4), NOON)).isBefore(NOON);
        assertThat(tight.unplannedFrom(spent(5), NOON)).isEqualTo(MIDNIGHT);
    }

    @Test
    void reportsAreFreeUntilATenthIsSpentAndSpreadAfterThat() {
        assertThat(POLICY.unplannedFrom(spent(199), NOON)).isBefore(NOON);
        // 12 hours and 1700 attempts are left.
        assertThat(POLICY.unplannedFrom(spent(200), NOON))
                .isEqualTo(NOON.plus(Duration.ofHours(12).dividedBy(1700)));
        assertThat(POLICY.unplannedFrom(spent(1899), NOON)).isEqualTo(MIDNIGHT);
        assertThat(POLICY.unplannedFrom(spent(1900), NOON)).isEqualTo(MIDNIGHT);
    }

    @Test
    void aTokenOfTheDayBeforeIsSpreadFromMidnightOn() {
        Instant start = MIDNIGHT.minus(Duration.ofDays(1));
        assertThat(POLICY.unplannedFrom(spent(200), start.minusSeconds(3600)))
                .isEqualTo(start.plus(Duration.ofDays(1).dividedBy(1700)));
    }

    @Test
    void scheduledRefreshesMaySpendAllOfTheBudget() {
        assertThat(POLICY.scheduledFrom(spent(1999))).isBefore(NOON);
        assertThat(POLICY.scheduledFrom(spent(2000))).isEqualTo(MIDNIGHT);
    }

    @Test
    void afterTwentyFailuresInARowTheRestOfTheBudgetLastsTheDay() {
        TokenSourceException e = refused(Advice.RETRY_SOON, null);
        assertThat(POLICY.retryAt(e, 20, spent(1000), NOON, 0)).isEqualTo(NOON);
        // 12 hours and 1000 attempts are left.
        assertThat(POLICY.retryAt(e, 21, spent(1000), NOON, 0)).isEqualTo(NOON.plusMillis(43_200));
        assertThat(POLICY.retryAt(e, 21, spent(1000), NOON, 0.999_999)).isEqualTo(NOON.plusMillis(43_200));
    }

    @Test
    void whatWasNotSentNeedsNoPaceForItCostNoBudget() {
        TokenSourceException e =
                new TokenSourceException(Advice.RETRY_SOON, CallOutcome.NOT_SENT, 0, "no line", null, null);
        assertThat(POLICY.retryAt(e, 21, spent(1000), NOON, 0)).isEqualTo(NOON);
        assertThat(POLICY.retryAt(e, 1_000_000, spent(1999), NOON, 0.5)).isEqualTo(at(15));
    }

    @Test
    void notAllAccountsAskForTheQuotaInTheFirstSecondOfTheDay() {
        TokenSourceException e = refused(Advice.QUOTA, null);
        Instant late = MIDNIGHT.minusSeconds(1800);
        assertThat(POLICY.retryAt(e, 1, spent(9), late, 0)).isEqualTo(MIDNIGHT);
        assertThat(POLICY.retryAt(e, 1, spent(9), late, 0.5)).isEqualTo(MIDNIGHT.plusSeconds(30));
    }

    @ParameterizedTest(name = "asked for {0} s, {1} s are kept")
    @CsvSource({
        ", 300",
        "-5, 1",
        "0, 1",
        "1, 1",
        "3600, 3600",
        "86400, 86400",
        "86401, 86400",
        "9223372036854775807, 86400"
    })
    void backsOffForAsLongAsWeChatAsksFromASecondToADay(@Nullable Long asked, long kept) {
        Duration retryAfter = asked == null ? null : Duration.ofSeconds(asked);
        assertThat(POLICY.retryAt(refused(Advice.BACK_OFF, retryAfter), 1, spent(9), NOON, 0.5))
                .isEqualTo(at(kept));
        assertThat(POLICY.retryAt(refused(Advice.OPERATOR, retryAfter), 1, spent(9), NOON, 0.5))
                .isEqualTo(at(kept));
    }

    @ParameterizedTest(name = "asked for {0} s, {1} s are kept")
    @CsvSource({", 3600", "0, 1", "60, 60", "43199, 43199", "43201, 43200", "9223372036854775807, 43200"})
    void theQuotaIsAskedForAgainWhenWeChatSaysButNoLaterThanAtMidnight(@Nullable Long asked, long kept) {
        Duration retryAfter = asked == null ? null : Duration.ofSeconds(asked);
        assertThat(POLICY.retryAt(refused(Advice.QUOTA, retryAfter), 1, spent(9), NOON, 0))
                .isEqualTo(at(kept));
    }

    @Test
    void aFailureThatIsToBeRetriedSoonIsRetriedSoonWhateverIsAsked() {
        TokenSourceException e = refused(Advice.RETRY_SOON, Duration.ofHours(1));
        assertThat(POLICY.retryAt(e, 1, spent(9), NOON, 0.5)).isEqualTo(NOON.plusMillis(500));
    }

    @ParameterizedTest
    @EnumSource(Advice.class)
    void noFailureHoweverOftenIsRetriedInThePast(Advice advice) {
        for (int attempts : new int[] {1, 5, 6, 32, 33, 64, 65, Integer.MAX_VALUE}) {
            assertThat(POLICY.retryAt(refused(advice, null), attempts, spent(2000), NOON, 0))
                    .isAfterOrEqualTo(NOON);
        }
    }

    private static Budget spent(int attempts) {
        return new Budget(LocalDate.parse("2026-11-22"), attempts);
    }
}
