package io.github.wxtoken.token;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.claim;
import static io.github.wxtoken.token.Records.current;
import static io.github.wxtoken.token.Records.minted;
import static io.github.wxtoken.token.Records.probed;
import static io.github.wxtoken.token.Records.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests which token is served and how long callers may rely on it. */
class ServingTermsTest {

    @Test
    void theLifeServedEndsWithThePlannedRefreshAndTheOverlap() {
        TokenRecord record = minted();
        assertThat(until(record, NOON)).isEqualTo(at(6900));
        assertThat(until(record, at(6600))).isEqualTo(at(6900));
    }

    @Test
    void aRefreshThatIsLateMayComeAnyMoment() {
        TokenRecord record = minted();
        assertThat(until(record, at(6700))).isEqualTo(at(7000));
        assertThat(until(record, at(7000))).isEqualTo(at(7200));
    }

    @Test
    void theLifeCountsFromBeforeTheRequest() {
        TokenRecord claimed = TokenRecord.EMPTY.claim("me", NOON, POLICY);
        TokenRecord record = claimed.commit(claim(claimed), new Fetched("t", 7200L), at(9), POLICY, 0);
        assertThat(current(record).expiresAt()).isEqualTo(at(7200));
    }

    @Test
    void theOldOneIsServedDuringTheFetchButNoLongerThanTheOverlap() {
        TokenRecord claimed = minted().claim("me", at(6600), POLICY);
        assertThat(until(claimed, at(6608))).isEqualTo(at(6900));
    }

    @Test
    void aDeadOneIsNot() {
        assertThat(ServingTerms.of(probed(minted(), Verdict.EXPIRED, 60), POLICY))
                .isNull();
    }

    @Test
    void oneThatIsOnlySuspectedIs() {
        TokenRecord record = probed(minted(), Verdict.INCONCLUSIVE, 60);
        // Two mints within one overlap would certainly end the token.
        assertThat(record.dueAt(POLICY)).isEqualTo(at(300));
        assertThat(until(record, at(70))).isEqualTo(at(600));
    }

    @Test
    void theOldOneIsKnownThroughItsGraceWindow() {
        TokenRecord old = minted();
        TokenRecord claimed = old.claim("me", at(6600), POLICY);
        TokenRecord record = claimed.commit(claim(claimed), new Fetched("new", 7200L), at(6601), POLICY, 0);
        assertThat(record.isCurrent("new")).isTrue();
        assertThat(record.isPrevious("t")).isTrue();
        assertThat(Objects.requireNonNull(record.previous()).expiresAt()).isEqualTo(at(6900));
    }

    @Test
    void areTheTimeInMillisecondsButAlwaysRise() {
        TokenRecord first = minted();
        assertThat(first.version()).isEqualTo(NOON.toEpochMilli());
        TokenRecord claimed = first.claim("me", at(6600), POLICY);
        // The store's clock was set back by a year between the claim and the commit.
        TokenRecord second =
                claimed.commit(claim(claimed), new Fetched("new", 7200L), NOON.minus(Duration.ofDays(365)), POLICY, 0);
        assertThat(second.version()).isEqualTo(first.version() + 1);
    }
}
