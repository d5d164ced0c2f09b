package io.github.wxtoken.token;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.claim;
import static io.github.wxtoken.token.Records.committed;
import static io.github.wxtoken.token.Records.doubt;
import static io.github.wxtoken.token.Records.failed;
import static io.github.wxtoken.token.Records.failure;
import static io.github.wxtoken.token.Records.lost;
import static io.github.wxtoken.token.Records.lostAnswer;
import static io.github.wxtoken.token.Records.minted;
import static io.github.wxtoken.token.Records.probed;
import static io.github.wxtoken.token.Records.refused;
import static io.github.wxtoken.token.Records.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests the record after a failed fetch. */
class TokenFailureTest {

    @Test
    void aRefusalLeavesTheTokenItsLife() {
        TokenRecord record = attempted(Advice.OPERATOR, CallOutcome.REFUSED, 0.5);
        assertThat(record.dueAt(POLICY)).isEqualTo(at(6601 + 300));
        assertThat(until(record, at(6602))).isEqualTo(at(7200));
    }

    @Test
    void anAnswerThatWasLostHasItServedThroughTheOverlapAndReplacedAfterThat() {
        TokenRecord record = attempted(Advice.RETRY_SOON, CallOutcome.UNKNOWN, 0);
        assertThat(record.is(Level.UNSURE)).isTrue();
        assertThat(record.dueAt(POLICY))
                .as("a second mint might end it at once")
                .isEqualTo(at(6900));
        assertThat(until(record, at(6700))).isEqualTo(at(6900));
    }

    @Test
    void aTokenThatOutlivesTheOverlapWasNotSuperseded() {
        TokenRecord lost = attempted(Advice.RETRY_SOON, CallOutcome.UNKNOWN, 0);
        // The request was sent at 6600 and abandoned at 6601; a mint may have happened at any time in between.
        TokenRecord early = probed(lost, Verdict.ALIVE, 6900);
        assertThat(early.is(Level.UNSURE)).isTrue();
        assertThat(until(early, at(6900))).isEqualTo(at(6910));
        assertThat(probed(lost, Verdict.ALIVE, 6905).is(Level.UNSURE))
                .as("clocks may differ")
                .isTrue();
        TokenRecord late = probed(early, Verdict.ALIVE, 6906);
        assertThat(until(late, at(6907))).isEqualTo(at(7200));
    }

    @Test
    void whatSurelyDidNotReachWeChatCostsNoBudget() {
        assertThat(attempted(Advice.RETRY_SOON, CallOutcome.NOT_SENT, 0)
                        .budget()
                        .spent())
                .isEqualTo(1);
        assertThat(attempted(Advice.RETRY_SOON, CallOutcome.REFUSED, 0).budget().spent())
                .isEqualTo(2);
    }

    @Test
    void retriesBackOffToThirtySeconds() {
        TokenRecord record = minted();
        Instant now = record.dueAt(POLICY);
        long[] caps = {1, 2, 4, 8, 16, 30, 30, 30};
        for (long cap : caps) {
            TokenRecord claimed = record.claim("me", now, POLICY);
            record = claimed.fail(claim(claimed), refused(Advice.RETRY_SOON, null), now, POLICY, 0.999_999);
            assertThat(Duration.between(now, record.dueAt(POLICY)).toMillis()).isBetween(cap * 1000 - 2, cap * 1000);
            now = record.dueAt(POLICY);
        }
    }

    @Test
    void aLongOutageIsSpreadOverWhatIsLeftOfTheBudget() {
        // The first twenty attempts are not paced; later ones are.
        RefreshPolicy small = new RefreshPolicy(
                Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ZERO, 200, 100, Issuance.CLASSIC);
        TokenRecord record = TokenRecord.EMPTY;
        Instant now = NOON;
        int attempts = 0;
        while (now.isBefore(Budget.endOfDay(NOON))) {
            TokenRecord claimed = record.claim("me", now, small);
            record = claimed.fail(claim(claimed), refused(Advice.RETRY_SOON, null), now, small, 0);
            attempts++;
            assertThat(record.dueAt(small)).isBefore(now.plus(Duration.ofMinutes(10)));
            now = Instants.later(now.plusMillis(1), record.dueAt(small));
        }
        assertThat(attempts).isBetween(190, 200);
    }

    @Test
    void theQuotaIsAskedForOnceAnHourUntilMidnightInBeijing() {
        TokenRecord claimed = TokenRecord.EMPTY.claim("me", NOON, POLICY);
        TokenSourceException spent = refused(Advice.QUOTA, null);
        assertThat(claimed.fail(claim(claimed), spent, NOON, POLICY, 0).dueAt(POLICY))
                .isEqualTo(NOON.plus(Duration.ofHours(1)));
        Instant late = Instant.parse("2026-11-22T15:30:00Z");
        assertThat(claimed.fail(claim(claimed), spent, late, POLICY, 0).dueAt(POLICY))
                .isEqualTo(Instant.parse("2026-11-22T16:00:00Z"));
        TokenSourceException minute = refused(Advice.QUOTA, Duration.ofMinutes(1));
        assertThat(claimed.fail(claim(claimed), minute, NOON, POLICY, 0).dueAt(POLICY))
                .isEqualTo(at(60));
    }

    private TokenRecord attempted(Advice advice, CallOutcome outcome, double draw) {
        TokenRecord claimed = minted().claim("me", at(6600), POLICY);
        return claimed.fail(
                claim(claimed),
                new TokenSourceException(advice, outcome, -1, "system error", null, null),
                at(6601),
                POLICY,
                draw);
    }

    @Test
    void aRowOfFailuresBeginsWithTheFirstAndEndsWithASuccess() {
        TokenRecord first = failed(minted().claim("me", at(6600), POLICY), refused(Advice.OPERATOR, null), 6601);
        TokenRecord second = failed(first.claim("me", at(7000), POLICY), refused(Advice.OPERATOR, null), 7001);
        assertThat(failure(second).attempts()).isEqualTo(2);
        assertThat(failure(second).since()).isEqualTo(at(6601));
        assertThat(failure(second).at()).isEqualTo(at(7001));
        TokenRecord third = committed(second.claim("me", at(7400), POLICY), "new", 7401);
        assertThat(third.failure()).isNull();
    }

    @Test
    void anAnswerThatWasLostIsDoubtedUntilTheLastInstantAtWhichItMayHaveBeenMinted() {
        assertThat(doubt(lost()).since()).isEqualTo(at(6600));
        assertThat(doubt(lost()).last()).isEqualTo(at(6601));
    }

    @Test
    void aSecondLostAnswerProlongsTheDoubtButNotTheLife() {
        TokenRecord again = failed(lost().claim("me", at(6900), POLICY), lostAnswer(), 6901);
        assertThat(until(again, at(6902))).isEqualTo(at(6900));
        assertThat(probed(again, Verdict.ALIVE, 7199).is(Level.UNSURE)).isTrue();
        assertThat(probed(again, Verdict.ALIVE, 7206).doubt()).isNull();
    }
}
