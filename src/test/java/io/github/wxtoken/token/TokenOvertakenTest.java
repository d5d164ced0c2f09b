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

/** Tests late results of claims that were taken over, and orphaned claims. */
class TokenOvertakenTest {

    @Test
    void whoWasOvertakenMakesTheNewerTokenUnsure() {
        TokenRecord slow = TokenRecord.EMPTY.claim("slow", NOON, POLICY);
        TokenRecord fast = slow.claim("fast", at(30), POLICY);
        TokenRecord committed = fast.commit(claim(fast), new Fetched("fast", 7200L), at(31), POLICY, 0);
        TokenRecord after = committed.commit(claim(slow), new Fetched("slow", 7200L), at(32), POLICY, 0);
        assertThat(after.isCurrent("fast")).isTrue();
        assertThat(after.is(Level.UNSURE)).isTrue();
        assertThat(after.dueAt(POLICY)).isEqualTo(at(330));
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
        TokenRecord again = committed.claim("fast", at(330), POLICY);
        TokenRecord settled = again.commit(claim(again), new Fetched("sure", 7200L), at(331), POLICY, 0);
        assertThat(settled.doubt()).isNull();
    }

    @Test
    void aTokenFetchedAfterAnOrphanedClaimIsRefreshedOnceMore() {
        TokenRecord orphaned = TokenRecord.EMPTY.claim("gone", NOON, POLICY);
        TokenRecord taken = orphaned.claim("me", at(30), POLICY);
        TokenRecord first = taken.commit(claim(taken), new Fetched("first", 7200L), at(31), POLICY, 0);
        assertThat(until(first, at(32))).as("it may yet be superseded").isEqualTo(at(30 + 300));
        assertThat(first.dueAt(POLICY)).isEqualTo(at(30 + 300));
        TokenRecord again = first.claim("me", at(331), POLICY);
        TokenRecord second = again.commit(claim(again), new Fetched("second", 7200L), at(332), POLICY, 0);
        assertThat(second.dueAt(POLICY)).isEqualTo(at(331 + 6600));
    }

    @Test
    void aTokenFetchedAfterTwoOrphanedClaimsIsServedOnWeChatsWordAlone() {
        TokenRecord twice = TokenRecord.EMPTY.claim("gone", NOON, POLICY).claim("gone", at(30), POLICY);
        TokenRecord first = committed(twice.claim("me", at(60), POLICY), "first", 61);
        assertThat(until(first, at(62))).as("both requests may yet arrive").isEqualTo(at(60));
        TokenRecord alive = probed(first, Verdict.ALIVE, Trigger.WATCHDOG, 62);
        assertThat(until(alive, at(63))).isEqualTo(at(62 + 10));
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
        assertThat(doubt(after).last()).isAfter(at(32));
    }

    @Test
    void anOrphanedClaimIsGivenUpAndTheTokenServedThroughTheOverlapBeforeTheNextFetch() {
        TokenRecord claimed = minted().claim("gone", at(6600), POLICY);
        TokenRecord given = claimed.claim("me", at(6630), POLICY);
        assertThat(given.is(Level.UNSURE)).isTrue();
        assertThat(given.orphans()).as("it may yet be sent").isEqualTo(1);
        assertThat(given.claim())
                .as("a second mint would end the token at once")
                .isNull();
        assertThat(until(given, at(6632))).isEqualTo(at(6900));
        assertThat(given.dueAt(POLICY)).isEqualTo(at(6900));
        assertThat(claim(given.claim("me", at(6900), POLICY)).owner()).isEqualTo("me");
    }

    @Test
    void anOrphanedClaimOnADeadTokenIsTakenOverAtOnce() {
        TokenRecord dead = probed(minted(), Verdict.SUPERSEDED, 60);
        TokenRecord taken = dead.claim("gone", at(60), POLICY).claim("me", at(90), POLICY);
        assertThat(claim(taken).owner()).isEqualTo("me");
        assertThat(taken.orphans()).isEqualTo(1);
    }

    @Test
    void aClaimThatAFailoverLostIsRemembered() {
        TokenRecord lost = minted().claim("lost", at(6600), POLICY);
        TokenRecord other = minted().claim("other", at(6602), POLICY);
        TokenRecord reminded = Reconciliation.afterLost(claim(lost), other, at(6603), POLICY);
        assertThat(reminded.is(Level.UNSURE)).isTrue();
        assertThat(committed(reminded, "new", 6604).is(Level.UNSURE))
                .as("the lost one may be the newer one")
                .isTrue();
        assertThat(Reconciliation.afterLost(claim(lost), lost, at(6603), POLICY))
                .isEqualTo(lost);
        TokenRecord next = failed(lost, refused(Advice.RETRY_SOON, null), 6601);
        assertThat(Reconciliation.afterLost(claim(lost), next, at(6603), POLICY))
                .as("it ended")
                .isEqualTo(next);
    }

    @Test
    void aWorseDoubtThatIsAboutAnOlderTokenDoesNotHideTheLateAnswer() {
        TokenRecord slow = probed(minted(), Verdict.SUPERSEDED, 60).claim("slow", at(60), POLICY);
        TokenRecord fast = slow.claim("fast", at(90), POLICY);
        TokenRecord late = committed(fast, claim(slow), "slow", 91);
        assertThat(late.is(Level.DEAD)).isTrue();
        TokenRecord after = committed(late, claim(fast), "fast", 93);
        assertThat(after.isCurrent("fast")).isTrue();
        assertThat(after.is(Level.UNSURE)).isTrue();
    }
}
