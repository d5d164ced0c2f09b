package io.github.wxtoken.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules, one by one. */
class TokenRecordTest {

    private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");
    private static final RefreshPolicy POLICY =
            new RefreshPolicy(Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofMinutes(1), 2000, 100);

    @Nested
    class Due {

        @Test
        void nothingIsKnownSoAFetchIsDueAtOnce() {
            assertThat(TokenRecord.EMPTY.dueAt(POLICY)).isBefore(NOON);
        }

        @Test
        void aTokenIsRefreshedTenMinutesBeforeItsExpiry() {
            assertThat(minted(NOON, 7200L).dueAt(POLICY)).isEqualTo(NOON.plusSeconds(6600));
        }

        @Test
        void jitterMakesItEarlierByLessThanATenthOfTheLead() {
            Token token = new Token("t", NOON, NOON.plusSeconds(7200));
            assertThat(POLICY.refreshAt(token, NOON, 0.999_999))
                    .isBetween(NOON.plusSeconds(6540), NOON.plusSeconds(6541));
        }

        @ParameterizedTest(name = "expires_in {0} counts as {1} s and is refreshed after {2} s")
        @CsvSource({
            "7200, 7200, 6600", "7201, 7200, 6600", "2147483648, 7200, 6600", "600, 600, 400", "30, 30, 20",
            "3, 3, 5", "1, 1, 5", "0, 300, 200", "-1, 300, 200", ", 300, 200"
        })
        void expiresInIsNotTrusted(@Nullable Long said, long life, long refresh) {
            TokenRecord record = minted(NOON, said);
            assertThat(current(record).expiresAt()).isEqualTo(NOON.plusSeconds(life));
            assertThat(record.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(refresh));
        }

        @Test
        void nothingIsMintedWithinFiveSecondsOfASuccessHoweverUrgent() {
            TokenRecord dead = probed(minted(NOON, 7200L), Verdict.SUPERSEDED, NOON.plusSeconds(1));
            assertThat(dead.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(5));
            assertThat(dead.claim("me", NOON.plusMillis(4_999), POLICY)).isEqualTo(dead);
        }

        @Test
        void aClaimKeepsOthersAwayForThirtySeconds() {
            TokenRecord claimed = TokenRecord.EMPTY.claim("me", NOON, POLICY);
            assertThat(claimed.claim("you", NOON.plusSeconds(29), POLICY)).isEqualTo(claimed);
            assertThat(claimed.claim("you", NOON.plusSeconds(30), POLICY).fence())
                    .isEqualTo(2);
        }
    }

    @Nested
    class Served {

        @Test
        void theLifeServedEndsWithThePlannedRefreshAndTheOverlap() {
            TokenRecord record = minted(NOON, 7200L);
            assertThat(until(record, NOON)).isEqualTo(NOON.plusSeconds(6900));
            assertThat(until(record, NOON.plusSeconds(6600))).isEqualTo(NOON.plusSeconds(6900));
        }

        @Test
        void aRefreshThatIsLateMayComeAnyMoment() {
            TokenRecord record = minted(NOON, 7200L);
            assertThat(until(record, NOON.plusSeconds(6700))).isEqualTo(NOON.plusSeconds(7000));
            assertThat(until(record, NOON.plusSeconds(7000))).isEqualTo(NOON.plusSeconds(7200));
        }

        @Test
        void theLifeCountsFromBeforeTheRequest() {
            TokenRecord claimed = TokenRecord.EMPTY.claim("me", NOON, POLICY);
            TokenRecord record =
                    claimed.commit(claim(claimed), new Fetched("t", 7200L), NOON.plusSeconds(9), POLICY, 0);
            assertThat(current(record).expiresAt()).isEqualTo(NOON.plusSeconds(7200));
        }

        @Test
        void theOldOneIsServedDuringTheFetchButNoLongerThanTheOverlap() {
            TokenRecord claimed = minted(NOON, 7200L).claim("me", NOON.plusSeconds(6600), POLICY);
            assertThat(until(claimed, NOON.plusSeconds(6608))).isEqualTo(NOON.plusSeconds(6900));
        }

        @Test
        void aDeadOneIsNot() {
            assertThat(probed(minted(NOON, 7200L), Verdict.EXPIRED, NOON.plusSeconds(60))
                            .offer(POLICY))
                    .isNull();
        }

        @Test
        void oneThatIsOnlySuspectedIs() {
            TokenRecord record = probed(minted(NOON, 7200L), Verdict.INCONCLUSIVE, NOON.plusSeconds(60));
            // Two mints within one overlap would end it for sure.
            assertThat(record.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(300));
            assertThat(until(record, NOON.plusSeconds(70))).isEqualTo(NOON.plusSeconds(600));
        }

        @Test
        void theOldOneIsKnownThroughItsGraceWindow() {
            TokenRecord old = minted(NOON, 7200L);
            TokenRecord claimed = old.claim("me", NOON.plusSeconds(6600), POLICY);
            TokenRecord record =
                    claimed.commit(claim(claimed), new Fetched("new", 7200L), NOON.plusSeconds(6601), POLICY, 0);
            assertThat(record.isCurrent("new")).isTrue();
            assertThat(record.isPrevious("t")).isTrue();
            assertThat(Objects.requireNonNull(record.previous()).expiresAt()).isEqualTo(NOON.plusSeconds(6900));
        }
    }

    @Nested
    class Generations {

        @Test
        void areTheTimeInMillisecondsButAlwaysRise() {
            TokenRecord first = minted(NOON, 7200L);
            assertThat(first.generation()).isEqualTo(NOON.toEpochMilli());
            TokenRecord claimed = first.claim("me", NOON.plusSeconds(6600), POLICY);
            // The store's clock was set back by a year between the claim and the commit.
            TokenRecord second = claimed.commit(
                    claim(claimed), new Fetched("new", 7200L), NOON.minus(Duration.ofDays(365)), POLICY, 0);
            assertThat(second.generation()).isEqualTo(first.generation() + 1);
        }
    }

    @Nested
    class Failing {

        @Test
        void aRefusalLeavesTheTokenItsLife() {
            TokenRecord record = failed(Advice.OPERATOR, Outcome.REFUSED, 0.5);
            assertThat(record.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(6601 + 300));
            assertThat(until(record, NOON.plusSeconds(6602))).isEqualTo(NOON.plusSeconds(7200));
        }

        @Test
        void anAnswerThatWasLostMakesItDueAtOnceAndServesOnlyTheOverlap() {
            TokenRecord record = failed(Advice.RETRY_SOON, Outcome.UNKNOWN, 0);
            assertThat(record.is(Level.UNSURE)).isTrue();
            assertThat(record.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(6601));
            assertThat(until(record, NOON.plusSeconds(6700))).isEqualTo(NOON.plusSeconds(6900));
        }

        @Test
        void aTokenThatOutlivesTheOverlapWasNotSuperseded() {
            TokenRecord lost = failed(Advice.RETRY_SOON, Outcome.UNKNOWN, 0);
            // It was sent at 6600 and given up at 6601: when it was minted, if it was, is not known.
            TokenRecord early = probed(lost, Verdict.ALIVE, NOON.plusSeconds(6900));
            assertThat(early.is(Level.UNSURE)).isTrue();
            assertThat(until(early, NOON.plusSeconds(6900))).isEqualTo(NOON.plusSeconds(6910));
            TokenRecord late = probed(early, Verdict.ALIVE, NOON.plusSeconds(6901));
            assertThat(until(late, NOON.plusSeconds(6902))).isEqualTo(NOON.plusSeconds(7200));
        }

        @Test
        void whatSurelyDidNotReachWeChatCostsNoBudget() {
            assertThat(failed(Advice.RETRY_SOON, Outcome.NOT_SENT, 0).budget().spent())
                    .isEqualTo(1);
            assertThat(failed(Advice.RETRY_SOON, Outcome.REFUSED, 0).budget().spent())
                    .isEqualTo(2);
        }

        @Test
        void retriesBackOffToThirtySeconds() {
            TokenRecord record = minted(NOON, 7200L);
            Instant now = record.dueAt(POLICY);
            long[] caps = {1, 2, 4, 8, 16, 30, 30, 30};
            for (long cap : caps) {
                TokenRecord claimed = record.claim("me", now, POLICY);
                record = claimed.fail(claim(claimed), refused(Advice.RETRY_SOON, null), now, POLICY, 0.999_999);
                assertThat(Duration.between(now, record.dueAt(POLICY)).toMillis())
                        .isBetween(cap * 1000 - 2, cap * 1000);
                now = record.dueAt(POLICY);
            }
        }

        @Test
        void aLongOutageIsSpreadOverWhatIsLeftOfTheBudget() {
            // Twenty attempts come as they fall; those after them keep a distance.
            RefreshPolicy small =
                    new RefreshPolicy(Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ZERO, 200, 100);
            TokenRecord record = TokenRecord.EMPTY;
            Instant now = NOON;
            int attempts = 0;
            while (now.isBefore(Budget.endOfDay(NOON))) {
                TokenRecord claimed = record.claim("me", now, small);
                record = claimed.fail(claim(claimed), refused(Advice.RETRY_SOON, null), now, small, 0);
                attempts++;
                assertThat(record.dueAt(small)).isBefore(now.plus(Duration.ofMinutes(10)));
                now = RefreshPolicy.later(now.plusMillis(1), record.dueAt(small));
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
                    .isEqualTo(NOON.plusSeconds(60));
        }

        private TokenRecord failed(Advice advice, Outcome outcome, double draw) {
            TokenRecord claimed = minted(NOON, 7200L).claim("me", NOON.plusSeconds(6600), POLICY);
            return claimed.fail(
                    claim(claimed),
                    new TokenSourceException(advice, outcome, -1, "system error", null, null),
                    NOON.plusSeconds(6601),
                    POLICY,
                    draw);
        }
    }

    @Nested
    class Fences {

        @Test
        void whoWasOvertakenMakesTheNewerTokenUnsure() {
            TokenRecord slow = TokenRecord.EMPTY.claim("slow", NOON, POLICY);
            TokenRecord fast = slow.claim("fast", NOON.plusSeconds(30), POLICY);
            TokenRecord committed =
                    fast.commit(claim(fast), new Fetched("fast", 7200L), NOON.plusSeconds(31), POLICY, 0);
            TokenRecord after =
                    committed.commit(claim(slow), new Fetched("slow", 7200L), NOON.plusSeconds(32), POLICY, 0);
            assertThat(after.isCurrent("fast")).isTrue();
            assertThat(after.is(Level.UNSURE)).isTrue();
            assertThat(after.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(36));
            assertThat(until(after, NOON.plusSeconds(33))).isEqualTo(NOON.plusSeconds(330));
        }

        @Test
        void aDoubtThatAroseDuringAFetchOutlivesItsCommit() {
            TokenRecord slow = TokenRecord.EMPTY.claim("slow", NOON, POLICY);
            TokenRecord fast = slow.claim("fast", NOON.plusSeconds(30), POLICY);
            TokenRecord late = fast.commit(claim(slow), new Fetched("slow", 7200L), NOON.plusSeconds(31), POLICY, 0);
            TokenRecord committed =
                    late.commit(claim(fast), new Fetched("fast", 7200L), NOON.plusSeconds(32), POLICY, 0);
            assertThat(committed.isCurrent("fast")).isTrue();
            assertThat(committed.is(Level.UNSURE)).isTrue();
            TokenRecord again = committed.claim("fast", NOON.plusSeconds(37), POLICY);
            TokenRecord settled =
                    again.commit(claim(again), new Fetched("sure", 7200L), NOON.plusSeconds(38), POLICY, 0);
            assertThat(settled.doubt()).isNull();
        }

        @Test
        void aTokenFetchedAfterAnOrphanedClaimIsRefreshedOnceMore() {
            TokenRecord orphaned = TokenRecord.EMPTY.claim("gone", NOON, POLICY);
            TokenRecord taken = orphaned.claim("me", NOON.plusSeconds(30), POLICY);
            TokenRecord first =
                    taken.commit(claim(taken), new Fetched("first", 7200L), NOON.plusSeconds(31), POLICY, 0);
            assertThat(first.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(31 + 150));
            TokenRecord again = first.claim("me", NOON.plusSeconds(181), POLICY);
            TokenRecord second =
                    again.commit(claim(again), new Fetched("second", 7200L), NOON.plusSeconds(182), POLICY, 0);
            assertThat(second.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(181 + 6600));
        }

        @Test
        void aFailureOfWhoWasOvertakenIsNoNews() {
            TokenRecord slow = TokenRecord.EMPTY.claim("slow", NOON, POLICY);
            TokenRecord fast = slow.claim("fast", NOON.plusSeconds(30), POLICY);
            assertThat(fast.fail(claim(slow), refused(Advice.OPERATOR, null), NOON.plusSeconds(31), POLICY, 0))
                    .isEqualTo(fast);
        }
    }

    @Nested
    class Budgeted {

        @Test
        void reportsLeaveTheReserve() {
            TokenRecord record = spent(1900);
            TokenRecord dead = probed(record, Verdict.SUPERSEDED, NOON.plusSeconds(60));
            assertThat(dead.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(6600));
            assertThat(dead.budgetHolds(NOON.plusSeconds(63), POLICY)).isTrue();
        }

        @Test
        void onceATenthIsSpentReportsAreSpreadOverTheDay() {
            TokenRecord dead = probed(spent(1000), Verdict.SUPERSEDED, NOON.plusSeconds(1));
            // 12 hours and 900 attempts are left.
            assertThat(dead.dueAt(POLICY)).isEqualTo(NOON.plusSeconds(48));
        }

        @Test
        void scheduledRefreshesMaySpendAllOfItButNoMore() {
            assertThat(spent(1999).dueAt(POLICY)).isEqualTo(NOON.plusSeconds(6600));
            assertThat(spent(2000).dueAt(POLICY)).isEqualTo(Instant.parse("2026-11-22T16:00:00Z"));
        }

        private TokenRecord spent(int attempts) {
            TokenRecord r = minted(NOON, 7200L);
            return new TokenRecord(
                    r.generation(),
                    r.current(),
                    r.previous(),
                    r.committedAt(),
                    r.refreshAt(),
                    r.fence(),
                    r.claim(),
                    r.orphaned(),
                    r.doubt(),
                    r.failure(),
                    new Budget(r.budget().day(), attempts),
                    r.verifiedAt(),
                    r.contestedAt());
        }
    }

    @Nested
    class Contested {

        @Test
        void aTokenSupersededByNobodyHereWasSupersededBySomebodyElse() {
            assertThat(probed(minted(NOON, 7200L), Verdict.SUPERSEDED, NOON.plusSeconds(60))
                            .contestedAt())
                    .isEqualTo(NOON.plusSeconds(60));
            assertThat(probed(minted(NOON, 7200L), Verdict.EXPIRED, NOON.plusSeconds(60))
                            .contestedAt())
                    .isNull();
        }

        @Test
        void aVerdictOnAnotherGenerationSaysNothing() {
            TokenRecord record = minted(NOON, 7200L);
            assertThat(record.probed(
                            record.generation() - 1, Verdict.SUPERSEDED, Trigger.REPORT, NOON.plusSeconds(9), POLICY))
                    .isEqualTo(record);
        }
    }

    private static TokenRecord minted(Instant at, @Nullable Long expiresIn) {
        TokenRecord claimed = TokenRecord.EMPTY.claim("me", at, POLICY);
        return claimed.commit(claim(claimed), new Fetched("t", expiresIn), at, POLICY, 0);
    }

    private static TokenRecord probed(TokenRecord record, Verdict verdict, Instant sentAt) {
        return record.probed(record.generation(), verdict, Trigger.REPORT, sentAt, POLICY);
    }

    private static TokenSourceException refused(Advice advice, @Nullable Duration retryAfter) {
        return new TokenSourceException(advice, Outcome.REFUSED, 1, "no", null, retryAfter);
    }

    private static Instant until(TokenRecord record, Instant now) {
        return Objects.requireNonNull(record.offer(POLICY)).until(now);
    }

    private static Claim claim(TokenRecord record) {
        return Objects.requireNonNull(record.claim());
    }

    private static Token current(TokenRecord record) {
        return Objects.requireNonNull(record.current());
    }
}
