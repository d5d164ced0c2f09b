package io.github.wxtoken.token;

import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.committed;
import static io.github.wxtoken.token.Records.lost;
import static io.github.wxtoken.token.Records.minted;
import static io.github.wxtoken.token.Records.probed;
import static io.github.wxtoken.token.Records.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests how probes and reports raise and settle doubts. */
class TokenDoubtTest {

    @Test
    void aTokenSupersededByNobodyHereWasSupersededBySomebodyElse() {
        assertThat(probed(minted(), Verdict.SUPERSEDED, 60).contestedAt()).isEqualTo(at(60));
        assertThat(probed(minted(), Verdict.EXPIRED, 60).contestedAt()).isNull();
    }

    @Test
    void aVerdictOnAnotherVersionSaysNothing() {
        TokenRecord record = minted();
        assertThat(record.probed(record.version() - 1, Verdict.SUPERSEDED, Trigger.REPORT, at(9), POLICY))
                .isEqualTo(record);
    }

    @Test
    void whatMayHaveBeenSupersededFromHereIsNobodyElsesDoing() {
        TokenRecord dead = probed(lost(), Verdict.SUPERSEDED, Trigger.WATCHDOG, 6602);
        assertThat(dead.is(Level.DEAD)).isTrue();
        assertThat(dead.contestedAt()).isNull();
    }

    @Test
    void aWatchdogThatCannotAskSaysNothing() {
        assertThat(probed(minted(), Verdict.INCONCLUSIVE, Trigger.WATCHDOG, 60)).isEqualTo(minted());
    }

    @Test
    void aReportThatCannotBeVerifiedIsBelieved() {
        assertThat(probed(minted(), Verdict.INCONCLUSIVE, 60).is(Level.SUSPECT)).isTrue();
    }

    @Test
    void aProbeThatCannotAskLeavesAWorseDoubtAlone() {
        assertThat(probed(lost(), Verdict.INCONCLUSIVE, 6602)).isEqualTo(lost());
    }

    @Test
    void aSuspicionEndsWithAProbeThatFindsTheTokenAlive() {
        TokenRecord alive = probed(probed(minted(), Verdict.INCONCLUSIVE, 60), Verdict.ALIVE, 70);
        assertThat(alive.doubt()).isNull();
        assertThat(alive.verifiedAt()).isEqualTo(at(70));
        assertThat(alive.dueAt(POLICY)).isEqualTo(at(6600));
    }

    @Test
    void aProbeThatWasOvertakenByALaterOneDoesNotSetTheTimeBack() {
        TokenRecord late = probed(minted(), Verdict.ALIVE, 70);
        assertThat(probed(late, Verdict.ALIVE, 60).verifiedAt()).isEqualTo(at(70));
    }

    @Test
    void theNextTokenHasNotBeenVerifiedYet() {
        TokenRecord alive = probed(minted(), Verdict.ALIVE, 70);
        assertThat(committed(alive.claim("me", at(6600), POLICY), "new", 6601).verifiedAt())
                .isNull();
    }

    @Test
    void aDeadTokenThatIsAcceptedLaterIsServedAgain() {
        TokenRecord dead = probed(minted(), Verdict.SUPERSEDED, 60);
        assertThat(probed(dead, Verdict.ALIVE, 60).is(Level.DEAD))
                .as("asked before it was refused")
                .isTrue();
        TokenRecord alive = probed(dead, Verdict.ALIVE, 61);
        assertThat(alive.doubt()).isNull();
        assertThat(until(alive, at(62))).isEqualTo(at(6900));
    }

    @Test
    void aDeadTokenThatIsAcceptedWhileAMintIsDoubtedIsServedFromOneLookToTheNext() {
        TokenRecord dead = probed(lost(), Verdict.SUPERSEDED, 6602);
        TokenRecord unsure = probed(dead, Verdict.ALIVE, 6650);
        assertThat(unsure.is(Level.UNSURE)).isTrue();
        assertThat(until(unsure, at(6651))).isEqualTo(at(6660));
        assertThat(probed(unsure, Verdict.ALIVE, 6906).doubt()).isNull();
    }

    @Test
    void theWorseOfTwoDoubtsCountsWithTheNewestClaimAndTheLatestMintOfBoth() {
        Doubt unsure = new Doubt(Level.UNSURE, at(10), at(20), 7, Trigger.SCHEDULED);
        Doubt dead = new Doubt(Level.DEAD, at(50), Instant.EPOCH, 0, Trigger.WATCHDOG);
        Doubt both = new Doubt(Level.DEAD, at(50), at(20), 7, Trigger.WATCHDOG);
        assertThat(dead.on(unsure)).isEqualTo(both);
        assertThat(unsure.on(dead)).isEqualTo(both);
        assertThat(unsure.on(null)).isEqualTo(unsure);
    }

    @Test
    void ofTwoDoubtsThatAreEquallyBadTheEarlierBegins() {
        Doubt first = new Doubt(Level.UNSURE, at(10), at(20), 7, Trigger.SCHEDULED);
        Doubt second = new Doubt(Level.UNSURE, at(15), at(30), 8, Trigger.REPORT);
        Doubt both = new Doubt(Level.UNSURE, at(10), at(30), 8, Trigger.SCHEDULED);
        assertThat(second.on(first)).isEqualTo(both);
        assertThat(first.on(second).since()).isEqualTo(at(10));
        assertThat(first.on(second).last()).isEqualTo(at(30));
    }
}
