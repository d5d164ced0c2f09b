package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.lost;
import static io.github.wxtoken.token.Records.minted;
import static io.github.wxtoken.token.Records.probed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.keeper.Watchdog.LastProbe;
import io.github.wxtoken.token.Issuance;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests when the watchdog probes a token again. */
class LastProbeTest {

    private static final RefreshPolicy OFF = new RefreshPolicy(
            Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ZERO, 2000, 100, Issuance.CLASSIC);

    @Test
    void aNewTokenIsLookedAtAMinuteAfterItsCommitAndThenEveryMinute() {
        assertThat(new LastProbe(1, Instant.EPOCH, null).next(minted(), POLICY, Instant.MAX))
                .isEqualTo(at(60));
        assertThat(confirmedAt(at(60)).next(minted(), POLICY, Instant.MAX)).isEqualTo(at(120));
    }

    @Test
    void whatAReporterHadVerifiedNeedsNoLookOfItsOwn() {
        assertThat(confirmedAt(at(60)).next(probed(minted(), Verdict.ALIVE, 100), POLICY, Instant.MAX))
                .isEqualTo(at(160));
    }

    @Test
    void anAnswerThatWasLostIsFollowedByALookAtOnce() {
        assertThat(confirmedAt(at(6590)).next(lost(), POLICY, Instant.MAX)).isEqualTo(at(6601));
        assertThat(confirmedAt(at(6590)).next(lost(), OFF, Instant.MAX)).isEqualTo(at(6601));
    }

    @Test
    void afterThatALookIsDueWhenTheOverlapEnds() {
        assertThat(confirmedAt(at(6880)).next(lost(), POLICY, Instant.MAX)).isEqualTo(at(6900));
        assertThat(confirmedAt(at(6650)).next(lost(), OFF, Instant.MAX)).isEqualTo(at(6900));
        assertThat(confirmedAt(at(6650)).next(lost(), POLICY, Instant.MAX))
                .as("the usual one comes first")
                .isEqualTo(at(6710));
    }

    @Test
    void fromTheEndOfTheOverlapOnATokenInDoubtIsLookedAtEverySixSeconds() {
        assertThat(confirmedAt(at(6898)).next(lost(), POLICY, Instant.MAX)).isEqualTo(at(6904));
        assertThat(confirmedAt(at(6910)).next(lost(), POLICY, Instant.MAX)).isEqualTo(at(6916));
        assertThat(confirmedAt(at(6910)).next(lost(), OFF, Instant.MAX)).isEqualTo(at(6916));
    }

    @Test
    void nobodyLooksWhileAFetchIsUnderWay() {
        TokenRecord fetching = minted().claim("me", at(6600), POLICY);
        assertThat(confirmedAt(at(10)).next(fetching, POLICY, Instant.MAX)).isEqualTo(Instant.MAX);
    }

    @Test
    void aDeadTokenIsLookedAtEverySixSecondsForItMayBeTakenAgain() {
        TokenRecord dead = probed(minted(), Verdict.SUPERSEDED, 60);
        assertThat(confirmedAt(at(60)).next(dead, POLICY, Instant.MAX)).isEqualTo(at(66));
        assertThat(confirmedAt(at(66)).next(dead, POLICY, Instant.MAX)).isEqualTo(at(72));
        assertThat(confirmedAt(at(66)).next(dead, OFF, Instant.MAX)).isEqualTo(at(72));
    }

    @Test
    void aSuspectIsLookedAtEverySixSeconds() {
        TokenRecord suspect = probed(minted(), Verdict.INCONCLUSIVE, 60);
        assertThat(confirmedAt(at(60)).next(suspect, OFF, Instant.MAX)).isEqualTo(at(66));
    }

    @Test
    void aRefusalIsFollowedByASecondLook() {
        assertThat(new LastProbe(1, at(60), at(60)).next(minted(), POLICY, Instant.MAX))
                .isEqualTo(at(66));
    }

    @Test
    void nobodyLooksAtATokenThatHasExpired() {
        assertThat(confirmedAt(at(7199)).next(minted(), POLICY, Instant.MAX)).isEqualTo(at(7259));
        assertThat(confirmedAt(at(7200)).next(minted(), POLICY, Instant.MAX)).isEqualTo(Instant.MAX);
        assertThat(confirmedAt(at(7200)).next(lost(), POLICY, Instant.MAX)).isEqualTo(Instant.MAX);
    }

    @Test
    void withTheWatchdogOffNobodyLooksAtATokenThatNobodyDoubts() {
        assertThat(confirmedAt(at(60)).next(minted(), OFF, Instant.MAX)).isEqualTo(Instant.MAX);
    }

    @Test
    void whereThereIsNoTokenThereIsNothingToLookAt() {
        assertThat(confirmedAt(NOON).next(TokenRecord.EMPTY, POLICY, Instant.MAX))
                .isEqualTo(Instant.MAX);
    }

    private static LastProbe confirmedAt(Instant at) {
        return new LastProbe(1, at, null);
    }
}
