package io.github.wxtoken.token;

import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.claim;
import static io.github.wxtoken.token.Records.minted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A record whose store goes away and comes back. */
class SharedRecordTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");

    private final ManualScheduler time = new ManualScheduler(at(0));
    private final ScriptedStore store = new ScriptedStore(time);
    private final TokenRecord first = minted();

    private SharedRecord shared(RefreshPolicy policy) {
        return new SharedRecord(KEY, policy, store, time, () -> {});
    }

    @Test
    void aTokenThatCouldNotBeSharedIsServedAndSharedLater() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        time.pass(Duration.ofMinutes(110));
        Claim mine = claim(shared.claim("me").after());
        store.isAway(true);
        shared.note((record, now) -> record.commit(mine, new Fetched("second", 7200L), now, POLICY, 0));
        TokenRecord here = shared.view().record();
        assertThat(here.isCurrent("second")).isTrue();
        assertThat(shared.trouble()).isNotNull();
        time.pass(Duration.ofSeconds(100));
        store.isAway(false);
        shared.reload();
        assertThat(store.load(KEY).record())
                .as("with the version that callers saw")
                .isEqualTo(here);
        assertThat(shared.view().unsent()).isEmpty();
        assertThat(shared.trouble()).isNull();
    }

    @Test
    void aTokenThatCouldNotBeSharedIsNotPutOverANewerOne() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        time.pass(Duration.ofMinutes(110));
        Claim mine = claim(shared.claim("me").after());
        TokenRecord claimed = store.load(KEY).record();
        store.isAway(true);
        time.pass(Duration.ofSeconds(35));
        shared.note((record, now) -> record.commit(mine, new Fetched("mine", 7200L), now, POLICY, 0));
        TokenRecord taken = claimed.claim("you", at(6631), POLICY);
        TokenRecord yours = taken.commit(claim(taken), new Fetched("yours", 7200L), at(6632), POLICY, 0);
        store.isAway(false);
        store.shows(yours, store.load(KEY).version() + 1);
        TokenRecord after = shared.reload();
        assertThat(after.isCurrent("yours")).isTrue();
        assertThat(after.is(Level.UNSURE))
                .as("which of them is newer at WeChat")
                .isTrue();
        assertThat(store.load(KEY).record()).isEqualTo(after);
    }

    @Test
    void aDeadTokenIsKnownAsSuchWithoutTheStore() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        shared.reload();
        store.isAway(true);
        Instant now = at(10);
        shared.note((record, at) -> record.probed(first.generation(), Verdict.SUPERSEDED, Trigger.REPORT, now, POLICY));
        assertThat(shared.view().record().is(Level.DEAD)).isTrue();
        assertThat(shared.view().served(now)).isNull();
        store.isAway(false);
        shared.reload();
        assertThat(store.load(KEY).record().is(Level.DEAD)).isTrue();
    }

    @Test
    void onlyAFetchThatHarmsNobodyGoesAheadWithoutTheStore() {
        store.isAway(true);
        SharedRecord classic = shared(POLICY);
        assertThatThrownBy(() -> classic.claim("me")).isInstanceOf(TokenStoreException.class);
        assertThat(classic.view().record()).isEqualTo(TokenRecord.EMPTY);

        RefreshPolicy stable =
                new RefreshPolicy(POLICY.lead(), POLICY.overlap(), POLICY.watchdog(), 2000, 100, Issuance.STABLE);
        SharedRecord shared = shared(stable);
        Claim mine = claim(shared.claim("me").after());
        shared.note((record, now) -> record.commit(mine, new Fetched("stable", 7200L), now, stable, 0));
        assertThat(shared.view().record().isCurrent("stable")).isTrue();
        store.isAway(false);
        shared.reload();
        assertThat(store.load(KEY).record().isCurrent("stable")).isTrue();
    }

    @Test
    void whatWasWrittenThoughTheAnswerWasLostIsNotDoneTwice() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        time.pass(Duration.ofMinutes(110));
        Claim mine = claim(shared.claim("me").after());
        store.losesAnswers(true);
        shared.note((record, now) -> record.commit(mine, new Fetched("second", 7200L), now, POLICY, 0));
        store.losesAnswers(false);
        TokenRecord after = shared.reload();
        assertThat(after.isCurrent("second")).isTrue();
        assertThat(after.doubt()).isNull();
    }

    @Test
    void oneReloadServesAllWhoAskBeforeItBegins() {
        SharedRecord shared = shared(POLICY);
        store.runsLater(true);
        CompletableFuture<TokenRecord> one = shared.reloadSoon();
        assertThat(shared.reloadSoon()).isSameAs(one);
        store.shows(first, 2);
        store.runAll();
        assertThat(one).isCompletedWithValue(first);
        assertThat(shared.reloadSoon()).isNotSameAs(one);
    }
}
