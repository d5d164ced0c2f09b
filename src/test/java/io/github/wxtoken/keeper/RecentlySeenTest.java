package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.claim;
import static io.github.wxtoken.token.Records.committed;
import static io.github.wxtoken.token.Records.doubt;
import static io.github.wxtoken.token.Records.failed;
import static io.github.wxtoken.token.Records.lost;
import static io.github.wxtoken.token.Records.minted;
import static io.github.wxtoken.token.Records.probed;
import static io.github.wxtoken.token.Records.refused;
import static io.github.wxtoken.token.Records.withVersion;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Doubt;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.Issuance;
import io.github.wxtoken.token.PendingOrder;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenStore.Stored;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The claims and doubts that a failover lost and a replica adds again. */
class RecentlySeenTest {

    private static final RefreshPolicy STABLE =
            new RefreshPolicy(POLICY.lead(), POLICY.overlap(), POLICY.watchdog(), 2000, 100, Issuance.STABLE);

    private final RecentlySeen recentlySeen = new RecentlySeen(POLICY, Duration.ofMinutes(1));
    private final TokenRecord first = minted();
    private final TokenRecord claimed = first.claim("me", at(6600), POLICY);

    private static Stored stored(TokenRecord record, Instant now) {
        return new Stored(record, 9, now, null);
    }

    /** Returns the first record in doubt since a late result at 6650 s of the claim that was lost. */
    private TokenRecord overtaken() {
        TokenRecord yours = first.claim("you", at(6601), POLICY);
        return committed(yours, claim(claimed), "late", 6650);
    }

    @Test
    void aLostClaimCountsAsAnOrphan() {
        TokenRecord record = recentlySeen.restore(claimed, stored(first, at(6610)));
        assertThat(record.orphans()).isEqualTo(first.orphans() + 1);
        assertThat(record.doubt())
                .isEqualTo(new Doubt(Level.UNSURE, at(6600), at(6610), first.fence(), Trigger.SCHEDULED));
        assertThat(record.current()).isEqualTo(first.current());
        assertThat(record.claim()).isNull();
    }

    @Test
    void aClaimReplacedByAnotherOfTheSameNumberCountsAsAnOrphan() {
        TokenRecord yours = first.claim("you", at(6605), POLICY);
        TokenRecord record = recentlySeen.restore(claimed, stored(yours, at(6610)));
        assertThat(record.orphans()).isEqualTo(1);
        assertThat(record.is(Level.UNSURE)).isTrue();
        assertThat(record.claim()).isEqualTo(yours.claim());
    }

    @Test
    void aClaimThatIsStillThereIsNotLost() {
        assertThat(recentlySeen.restore(claimed, stored(claimed, at(6610)))).isEqualTo(claimed);
    }

    @Test
    void aClaimThatHasEndedIsNotLost() {
        TokenRecord ended = failed(claimed, refused(Advice.RETRY_SOON, null), 6601);
        TokenRecord next = ended.claim("you", at(6605), POLICY);
        assertThat(claim(next).fence()).isGreaterThan(claim(claimed).fence());
        assertThat(recentlySeen.restore(claimed, stored(ended, at(6610)))).isEqualTo(ended);
        assertThat(recentlySeen.restore(claimed, stored(next, at(6610)))).isEqualTo(next);
    }

    @Test
    void aClaimOnAnotherVersionIsNotLost() {
        for (long version : List.of(first.version() - 1, first.version() + 1)) {
            TokenRecord other = withVersion(first, version);
            assertThat(recentlySeen.restore(claimed, stored(other, at(6610)))).isEqualTo(other);
        }
    }

    @Test
    void aRecordSeenWithoutAClaimAddsNothing() {
        assertThat(recentlySeen.restore(lost(), stored(first, at(6610)))).isEqualTo(first);
    }

    @Test
    void ofAStableTokenOnlyALostForcedClaimCounts() {
        RecentlySeen stable = new RecentlySeen(STABLE, Duration.ofMinutes(1));
        TokenRecord planned = first.claim("me", at(7000), STABLE);
        assertThat(claim(planned).trigger()).isEqualTo(Trigger.SCHEDULED);
        assertThat(stable.restore(planned, stored(first, at(7010)))).isEqualTo(first);

        TokenRecord ordered = first.ordered(PendingOrder.TO_REFRESH, at(1000));
        TokenRecord forced = ordered.claim("me", at(1000), STABLE);
        assertThat(claim(forced).trigger()).isEqualTo(Trigger.FORCED);
        TokenRecord record = stable.restore(forced, stored(ordered, at(1010)));
        assertThat(record.orphans()).isEqualTo(1);
        assertThat(record.is(Level.UNSURE)).isTrue();
    }

    @Test
    void aLostDoubtIsAddedAgainForLessThanAMinute() {
        recentlySeen.remember(claimed, lost(), at(6601));
        for (Instant now : List.of(at(6601), at(6661).minusNanos(1))) {
            TokenRecord record = recentlySeen.restore(first, stored(first, now));
            assertThat(record.doubt()).isEqualTo(lost().doubt());
            assertThat(record.orphans()).isZero();
        }
        assertThat(recentlySeen.restore(first, stored(first, at(6661)))).isEqualTo(first);
    }

    @Test
    void aDoubtIsNotRememberedBeyondTheOverlapInWhichNoProbeSettlesIt() {
        assertThat(doubt(lost()).last()).isEqualTo(at(6601));
        recentlySeen.remember(claimed, lost(), at(6871));
        assertThat(recentlySeen
                        .restore(first, stored(first, at(6901).minusNanos(1)))
                        .doubt())
                .isEqualTo(lost().doubt());
        assertThat(recentlySeen.restore(first, stored(first, at(6901)))).isEqualTo(first);
    }

    @Test
    void aDoubtIsAddedToItsOwnVersionOnly() {
        recentlySeen.remember(claimed, lost(), at(6601));
        for (long version : List.of(first.version() - 1, first.version() + 1)) {
            TokenRecord other = withVersion(first, version);
            assertThat(recentlySeen.restore(first, stored(other, at(6610)))).isEqualTo(other);
        }
        assertThat(recentlySeen.restore(first, stored(first, at(6610))).doubt())
                .as("the version is back")
                .isEqualTo(lost().doubt());
    }

    @Test
    void onlyAnUnsureTokenIsRemembered() {
        TokenRecord suspect = first.suspected(first.version(), at(100));
        assertThat(suspect.is(Level.SUSPECT)).isTrue();
        TokenRecord dead = probed(first, Verdict.SUPERSEDED, 100);
        assertThat(dead.is(Level.DEAD)).isTrue();
        TokenRecord deadAfterUnsure = probed(lost(), Verdict.SUPERSEDED, 6602);
        assertThat(deadAfterUnsure.is(Level.DEAD)).isTrue();
        for (TokenRecord after : List.of(suspect, dead, deadAfterUnsure, first)) {
            recentlySeen.remember(first, after, at(6602));
            assertThat(recentlySeen.restore(after, stored(first, at(6603)))).isEqualTo(first);
        }
    }

    @Test
    void aDoubtThatTheStoreHadBeforeIsNotRemembered() {
        recentlySeen.remember(lost(), lost(), at(6601));
        assertThat(recentlySeen.restore(lost(), stored(first, at(6602)))).isEqualTo(first);
    }

    @Test
    void aWriteWithoutANewDoubtNeitherProlongsNorForgetsTheLast() {
        recentlySeen.remember(claimed, lost(), at(6601));
        recentlySeen.remember(lost(), lost(), at(6650));
        recentlySeen.remember(first, first, at(6650));
        assertThat(recentlySeen.restore(first, stored(first, at(6660))).doubt()).isEqualTo(lost().doubt());
        assertThat(recentlySeen.restore(first, stored(first, at(6661)))).isEqualTo(first);
    }

    @Test
    void theNewestDoubtIsRememberedForAMinuteOfItsOwn() {
        TokenRecord overtaken = overtaken();
        assertThat(doubt(overtaken)).isNotEqualTo(doubt(lost()));
        recentlySeen.remember(claimed, lost(), at(6601));
        recentlySeen.remember(lost(), overtaken, at(6650));
        assertThat(recentlySeen.restore(first, stored(first, at(6709))).doubt()).isEqualTo(overtaken.doubt());
        assertThat(recentlySeen.restore(first, stored(first, at(6710)))).isEqualTo(first);
    }

    @Test
    void aRememberedDoubtIsMergedWithTheOneInTheStore() {
        recentlySeen.remember(claimed, lost(), at(6601));
        TokenRecord dead = probed(first, Verdict.SUPERSEDED, 6605);
        Doubt merged = doubt(recentlySeen.restore(first, stored(dead, at(6610))));
        assertThat(merged.level()).isEqualTo(Level.DEAD);
        assertThat(merged.last()).isEqualTo(doubt(lost()).last());
        assertThat(merged.fence()).isEqualTo(doubt(lost()).fence());
        // One and the same doubt stays what it is.
        assertThat(recentlySeen.restore(first, stored(lost(), at(6610)))).isEqualTo(lost());
    }

    @Test
    void aLostClaimAndALostDoubtBothCount() {
        TokenRecord late = overtaken();
        recentlySeen.remember(first, late, at(6650));
        TokenRecord record = recentlySeen.restore(late, stored(first, at(6655)));
        assertThat(record.orphans()).isEqualTo(1);
        assertThat(doubt(record).since()).isEqualTo(doubt(late).since());
        assertThat(doubt(record).last()).isEqualTo(at(6655));
        assertThat(doubt(record).fence()).isEqualTo(doubt(late).fence());
    }

    @Test
    void nothingIsRememberedAtFirst() {
        assertThat(recentlySeen.restore(TokenRecord.EMPTY, stored(first, NOON))).isEqualTo(first);
        assertThat(recentlySeen.restore(first, stored(TokenRecord.EMPTY, NOON))).isEqualTo(TokenRecord.EMPTY);
    }
}
