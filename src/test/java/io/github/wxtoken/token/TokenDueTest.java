package io.github.wxtoken.token;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.current;
import static io.github.wxtoken.token.Records.minted;
import static io.github.wxtoken.token.Records.probed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests when a fetch is due and who may claim it. */
class TokenDueTest {

    @Test
    void nothingIsKnownSoAFetchIsDueAtOnce() {
        assertThat(TokenRecord.EMPTY.dueAt(POLICY)).isBefore(NOON);
    }

    @Test
    void aTokenIsRefreshedTenMinutesBeforeItsExpiry() {
        assertThat(minted().dueAt(POLICY)).isEqualTo(at(6600));
    }

    @Test
    void jitterMakesItEarlierByLessThanATenthOfTheLead() {
        Token token = new Token("t", NOON, at(7200));
        assertThat(POLICY.refreshAt(token, NOON, 0.999_999)).isBetween(at(6540), at(6541));
    }

    @ParameterizedTest(name = "expires_in {0} counts as {1} s and is refreshed after {2} s")
    @CsvSource({
        "7200, 7200, 6600", "7201, 7200, 6600", "2147483648, 7200, 6600", "600, 600, 400", "30, 30, 20",
        "3, 3, 5", "1, 1, 5", "0, 300, 200", "-1, 300, 200", ", 300, 200"
    })
    void expiresInIsNotTrusted(@Nullable Long said, long life, long refresh) {
        TokenRecord record = minted(NOON, said);
        assertThat(current(record).expiresAt()).isEqualTo(at(life));
        assertThat(record.dueAt(POLICY)).isEqualTo(at(refresh));
    }

    @Test
    void nothingIsMintedWithinFiveSecondsOfASuccessHoweverUrgent() {
        TokenRecord dead = probed(minted(), Verdict.SUPERSEDED, 1);
        assertThat(dead.dueAt(POLICY)).isEqualTo(at(5));
        assertThat(dead.claim("me", NOON.plusMillis(4_999), POLICY)).isEqualTo(dead);
    }

    @Test
    void aClaimKeepsOthersAwayForThirtySeconds() {
        TokenRecord claimed = TokenRecord.EMPTY.claim("me", NOON, POLICY);
        assertThat(claimed.claim("you", at(29), POLICY)).isEqualTo(claimed);
        assertThat(claimed.claim("you", at(30), POLICY).fence()).isEqualTo(2);
    }

    @Test
    void reportsLeaveTheReserve() {
        TokenRecord record = spent(1900);
        TokenRecord dead = probed(record, Verdict.SUPERSEDED, 60);
        assertThat(dead.dueAt(POLICY)).isEqualTo(at(6600));
        assertThat(dead.budgetHolds(at(63), POLICY)).isTrue();
    }

    @Test
    void onceATenthIsSpentReportsAreSpreadOverTheDay() {
        TokenRecord dead = probed(spent(1000), Verdict.SUPERSEDED, 1);
        // 12 hours and 900 attempts are left.
        assertThat(dead.dueAt(POLICY)).isEqualTo(at(48));
    }

    @Test
    void scheduledRefreshesMaySpendAllOfItButNoMore() {
        assertThat(spent(1999).dueAt(POLICY)).isEqualTo(at(6600));
        assertThat(spent(2000).dueAt(POLICY)).isEqualTo(Instant.parse("2026-11-22T16:00:00Z"));
    }

    private TokenRecord spent(int attempts) {
        RecordBuilder draft = new RecordBuilder(minted());
        draft.budget = new Budget(draft.budget.day(), attempts);
        return draft.record();
    }
}
