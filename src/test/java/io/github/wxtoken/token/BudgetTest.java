package io.github.wxtoken.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests the daily budget, which follows the Beijing calendar. */
class BudgetTest {

    private static final Instant MIDNIGHT = Instant.parse("2026-11-22T16:00:00Z");
    private static final Instant EVE = MIDNIGHT.minusSeconds(1);

    private final Budget twoOnTheEve = Budget.UNTOUCHED.spend(EVE).spend(EVE);

    @Test
    void countsTheAttemptsOfADay() {
        assertThat(Budget.UNTOUCHED.spentOn(EVE)).isZero();
        assertThat(twoOnTheEve.spentOn(EVE)).isEqualTo(2);
    }

    @Test
    void aNewDayInBeijingBringsANewBudget() {
        assertThat(twoOnTheEve.spentOn(MIDNIGHT)).isZero();
        assertThat(twoOnTheEve.spend(MIDNIGHT).spent()).isEqualTo(1);
        assertThat(twoOnTheEve.spend(MIDNIGHT).spentOn(MIDNIGHT)).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetBackOverMidnightBringsNoBudgetBack() {
        Budget oneAfterMidnight = twoOnTheEve.spend(MIDNIGHT);
        assertThat(oneAfterMidnight.spentOn(EVE)).isEqualTo(1);
        Budget setBack = oneAfterMidnight.spend(EVE);
        assertThat(setBack.spent()).isEqualTo(2);
        assertThat(setBack.spentOn(MIDNIGHT)).isEqualTo(2);
    }

    @Test
    void whatWasNotSentIsGivenBackButNoMoreThanWasSpent() {
        assertThat(twoOnTheEve.refund().spentOn(EVE)).isEqualTo(1);
        assertThat(twoOnTheEve.refund().refund().refund().spentOn(EVE)).isZero();
    }

    @Test
    void aDayIsFromMidnightToMidnight() {
        assertThat(twoOnTheEve.start()).isEqualTo(Instant.parse("2026-11-21T16:00:00Z"));
        assertThat(twoOnTheEve.end()).isEqualTo(MIDNIGHT);
        assertThat(Budget.endOfDay(EVE)).isEqualTo(MIDNIGHT);
        assertThat(Budget.endOfDay(MIDNIGHT)).isEqualTo(Instant.parse("2026-11-23T16:00:00Z"));
    }
}
