package io.github.wxtoken.token;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.claim;
import static io.github.wxtoken.token.Records.committed;
import static io.github.wxtoken.token.Records.doubt;
import static io.github.wxtoken.token.Records.failed;
import static io.github.wxtoken.token.Records.lostAnswer;
import static io.github.wxtoken.token.Records.minted;
import static io.github.wxtoken.token.Records.probed;
import static io.github.wxtoken.token.Records.refused;
import static io.github.wxtoken.token.Records.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import org.junit.jupiter.api.Test;

/** Those who claimed a fetch and were overtaken by somebody else. */
class TokenOvertakenTest {

    @Test
    void whoWasOvertakenMakesTheNewerTokenUnsure() {
        TokenRecord slow = TokenRecord.EMPTY.claim("slow", NOON, POLICY);
        TokenRecord fast = slow.claim("fast", at(30), POLICY);
        TokenRecord committed = fast.commit(claim(fast), new Fetched("fast", 7200L), at(31), POLICY, 0);
        TokenRecord after = committed.commit(claim(slow), new Fetched("slow", 7200L), at(32), POLICY, 0);
        assertThat(after.isCurrent("fast")).isTrue();
        assertThat(after.is(Level.UNSURE)).isTrue();
        assertThat(after.dueAt(POLICY)).isEqualTo(at(36));
        assertThat(until(after, at(33))).isEqualTo(at(330));
    }

    @Test
    void aDoubtThatAroseDuringAFetchOutlivesItsCommit() {
        TokenRecord slow = TokenRecord.EMPTY.claim("slow", NOON, POLICY);
        TokenRecord fast = slow.claim("fast", at(30), POLICY);
        TokenRecord late = fast.commit(claim(slow), new Fetched("slow", 7200L), at(31), POLICY, 0);
        TokenRecord committed = late.commit(claim(fast), new Fetched("fast", 7200L), at(32), POLICY, 0);
        assertThat(committed.isCurrent("fast")).isTrue();
        assertThat(committed.is(Level.UNSURE)).isTrue();
        TokenRecord again = committed.claim("fast", at(37), POLICY);
        TokenRecord settled = again.commit(claim(again), new Fetched("sure", 7200L), at(38), POLICY, 0);
        assertThat(settled.doubt()).isNull();
    }

    @Test
    void aTokenFetchedAfterAnOrphanedClaimIsRefreshedOnceMore() {
        TokenRecord orphaned = TokenRecord.EMPTY.claim("gone", NOON, POLICY);
        TokenRecord taken = orphaned.claim("me", at(30), POLICY);
        TokenRecord first = taken.commit(claim(taken), new Fetched("first", 7200L), at(31), POLICY, 0);
        assertThat(first.dueAt(POLICY)).isEqualTo(at(31 + 150));
        TokenRecord again = first.claim("me", at(181), POLICY);
        TokenRecord second = again.commit(claim(again), new Fetched("second", 7200L), at(182), POLICY, 0);
        assertThat(second.dueAt(POLICY)).isEqualTo(at(181 + 6600));
    }

    @Test
    void aFailureOfWhoWasOvertakenIsNoNews() {
        TokenRecord slow = TokenRecord.EMPTY.claim("slow", NOON, POLICY);
        TokenRecord fast = slow.claim("fast", at(30), POLICY);
        assertThat(fast.fail(claim(slow), refused(Advice.OPERATOR, null), at(31), POLICY, 0))
                .isEqualTo(fast);
    }

    @Test
    void aLostAnswerOfWhoWasOvertakenMakesTheNewerTokenUnsure() {
        TokenRecord slow = TokenRecord.EMPTY.claim("slow", NOON, POLICY);
        TokenRecord newer = committed(slow.claim("fast", at(30), POLICY), "fast", 31);
        TokenRecord after = newer.fail(claim(slow), lostAnswer(), at(32), POLICY, 0);
        assertThat(after.is(Level.UNSURE)).isTrue();
        assertThat(after.failure()).as("the newer one did not fail").isNull();
        assertThat(until(after, at(33))).isEqualTo(at(330));
        assertThat(doubt(after).last()).isEqualTo(at(32));
    }

    @Test
    void whoTakesOverDoubtsTheTokenFromTheOrphanedClaimOn() {
        TokenRecord taken = minted().claim("gone", at(6600), POLICY).claim("me", at(6630), POLICY);
        assertThat(taken.is(Level.UNSURE)).isTrue();
        TokenRecord refused = failed(taken, refused(Advice.OPERATOR, null), 6631);
        assertThat(until(refused, at(6632))).isEqualTo(at(6900));
        assertThat(refused.orphaned()).as("it may yet be sent").isTrue();
    }

    @Test
    void aWorseDoubtThatIsAboutAnOlderTokenDoesNotHideTheLateAnswer() {
        TokenRecord slow = minted().claim("slow", at(6600), POLICY);
        TokenRecord fast = slow.claim("fast", at(6630), POLICY);
        TokenRecord late = committed(fast, claim(slow), "slow", 6631);
        TokenRecord dead = probed(late, Verdict.SUPERSEDED, Trigger.WATCHDOG, 6632);
        assertThat(dead.is(Level.DEAD)).isTrue();
        TokenRecord after = committed(dead, claim(fast), "fast", 6633);
        assertThat(after.isCurrent("fast")).isTrue();
        assertThat(after.is(Level.UNSURE)).isTrue();
    }
}
