package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.claim;
import static io.github.wxtoken.token.Records.minted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.token.Claim;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.Issuance;
import io.github.wxtoken.token.PendingOrder;
import io.github.wxtoken.token.Reconciliation;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenStoreException;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests a shared record whose store fails and recovers. */
class SharedRecordTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");

    private final ManualScheduler time = new ManualScheduler(at(0));
    private final ScriptedStore store = new ScriptedStore(time);
    private final TokenRecord first = minted();
    private int contended;

    private SharedRecord shared(RefreshPolicy policy) {
        return new SharedRecord(KEY, policy, store, "me", time, new AccessTokenIndex(), () -> {}, () -> contended++);
    }

    /** Stays in contact with the store until a reconnected replica may claim again. */
    private void settle(SharedRecord shared) {
        shared.update((same, at) -> same).after();
        time.pass(Duration.ofSeconds(5));
    }

    @Test
    void whoeverIsSlowerMakesTheChangeAgainAndSaysSo() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        Change change = shared.update((record, now) -> {
            if (contended == 0) {
                store.shows(record.suspected(first.version(), at(1)), 3);
            }
            return record.claim("me", at(6600), POLICY);
        });
        assertThat(contended).isEqualTo(1);
        assertThat(claim(change.after()).owner()).isEqualTo("me");
        shared.update((same, at) -> same).after();
        assertThat(contended).as("nobody else is there").isEqualTo(1);
    }

    @Test
    void aTokenThatCouldNotBeSharedIsServedAndSharedLater() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        time.pass(Duration.ofMinutes(110));
        settle(shared);
        Claim mine = claim(shared.claim().after());
        store.isAway(true);
        shared.note((record, now) -> record.commit(mine, new Fetched("second", 7200L), now, POLICY, 0));
        TokenRecord here = shared.view().record();
        assertThat(here.isCurrent("second")).isTrue();
        assertThat(shared.trouble()).isNotNull();
        time.pass(Duration.ofSeconds(100));
        store.isAway(false);
        shared.update((same, at) -> same).after();
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
        settle(shared);
        Claim mine = claim(shared.claim().after());
        TokenRecord claimed = store.load(KEY).record();
        store.isAway(true);
        time.pass(Duration.ofSeconds(35));
        shared.note((record, now) -> record.commit(mine, new Fetched("mine", 7200L), now, POLICY, 0));
        TokenRecord taken = claimed.claim("you", at(6631), POLICY);
        TokenRecord yours = taken.commit(claim(taken), new Fetched("yours", 7200L), at(6632), POLICY, 0);
        store.isAway(false);
        store.shows(yours, store.load(KEY).revision() + 1);
        TokenRecord after = shared.update((same, at) -> same).after();
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
        shared.update((same, at) -> same).after();
        store.isAway(true);
        Instant now = at(10);
        shared.note((record, at) -> record.probed(first.version(), Verdict.SUPERSEDED, Trigger.REPORT, now, POLICY));
        assertThat(shared.view().record().is(Level.DEAD)).isTrue();
        assertThat(shared.view().served(now, now)).isNull();
        store.isAway(false);
        shared.update((same, at) -> same).after();
        assertThat(store.load(KEY).record().is(Level.DEAD)).isTrue();
    }

    @Test
    void onlyAFetchThatHarmsNobodyGoesAheadWithoutTheStore() {
        store.isAway(true);
        SharedRecord classic = shared(POLICY);
        assertThatThrownBy(() -> classic.claim()).isInstanceOf(TokenStoreException.class);
        assertThat(classic.view().record()).isEqualTo(TokenRecord.EMPTY);

        RefreshPolicy stable =
                new RefreshPolicy(POLICY.lead(), POLICY.overlap(), POLICY.watchdog(), 2000, 100, Issuance.STABLE);
        SharedRecord shared = shared(stable);
        Claim mine = claim(shared.claim().after());
        shared.note((record, now) -> record.commit(mine, new Fetched("stable", 7200L), now, stable, 0));
        assertThat(shared.view().record().isCurrent("stable")).isTrue();
        // An operator's order must be forced, which ends the token that others serve.
        shared.note((record, now) -> record.ordered(PendingOrder.TO_REFRESH, now));
        time.pass(Duration.ofSeconds(31));
        assertThatThrownBy(() -> shared.claim()).isInstanceOf(TokenStoreException.class);
        store.isAway(false);
        shared.update((same, at) -> same).after();
        assertThat(store.load(KEY).record().isCurrent("stable")).isTrue();
        assertThat(store.load(KEY).record().pendingOrder()).isNotNull();
    }

    @Test
    void whatWasWrittenThoughTheAnswerWasLostIsNotDoneTwice() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        time.pass(Duration.ofMinutes(110));
        settle(shared);
        Claim mine = claim(shared.claim().after());
        store.losesAnswers(true);
        shared.note((record, now) -> record.commit(mine, new Fetched("second", 7200L), now, POLICY, 0));
        store.losesAnswers(false);
        TokenRecord after = shared.update((same, at) -> same).after();
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

    @Test
    void aClaimThatWasWrittenThoughTheAnswerWasLostKeepsNobodyWaiting() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        time.pass(Duration.ofMinutes(110));
        settle(shared);
        store.losesAnswers(true);
        assertThatThrownBy(shared::claim).isInstanceOf(TokenStoreException.class);
        store.losesAnswers(false);
        assertThat(store.load(KEY).record().claim()).isNotNull();
        shared.update((same, at) -> same).after();
        TokenRecord after = store.load(KEY).record();
        assertThat(after.claim()).as("nothing was sent under it").isNull();
        assertThat(after.budget().spent()).isEqualTo(first.budget().spent());
        assertThat(after.doubt()).isNull();
    }

    @Test
    void whatWasNotSharedIsSharedAsSoonAsTheStoreIsHeardOf() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        shared.update((same, at) -> same).after();
        store.isAway(true);
        shared.note((record, now) -> record.probed(first.version(), Verdict.ALIVE, Trigger.WATCHDOG, at(1), POLICY));
        store.isAway(false);
        shared.upToDate(time.instant());
        assertThat(store.load(KEY).record().verifiedAt()).isEqualTo(at(1));
    }

    @Test
    void aLongOutageFillsNoMemory() {
        RefreshPolicy stable =
                new RefreshPolicy(POLICY.lead(), POLICY.overlap(), POLICY.watchdog(), 2000, 100, Issuance.STABLE);
        for (RefreshPolicy policy : List.of(POLICY, stable)) {
            SharedRecord shared = shared(policy);
            store.isAway(false);
            store.shows(first, 2);
            shared.update((same, at) -> same).after();
            store.isAway(true);
            for (int i = 1; i < 1000; i++) {
                Instant sent = at(i);
                shared.note(
                        (record, now) -> record.probed(first.version(), Verdict.ALIVE, Trigger.WATCHDOG, sent, policy));
            }
            assertThat(shared.view().record().verifiedAt()).isEqualTo(at(999));
            assertThat(shared.view().unsent()).hasSize(1);
        }
    }

    @Test
    void ofTwoStableTokensTheOneThatLastsLongerIsKeptAndVersionsRise() {
        TokenRecord mine = minted(at(60), 7200L);
        TokenRecord other = minted(at(0), 3600L);
        TokenRecord better = Reconciliation.better(mine, other);
        assertThat(better.current()).isEqualTo(mine.current());
        assertThat(better.version()).isEqualTo(mine.version());
        assertThat(Reconciliation.better(other, mine).current()).isEqualTo(mine.current());
        assertThat(Reconciliation.better(TokenRecord.EMPTY, other).current()).isEqualTo(other.current());
        assertThat(Reconciliation.better(other, TokenRecord.EMPTY).current()).isEqualTo(other.current());
    }

    @Test
    void whoIsOutOfTouchServesThroughTheOverlapOfThePlannedRefreshAndThenOnWeChatsWord() {
        SharedRecord shared = shared(POLICY);
        store.shows(first, 2);
        time.pass(Duration.ofMinutes(100));
        shared.update((same, at) -> same).after();
        store.isAway(true);
        time.pass(Duration.ofSeconds(9));
        assertThat(shared.knownUntil(time.instant())).as("that is nothing").isEqualTo(time.instant());
        time.pass(Duration.ofMinutes(14));
        Instant now = time.instant();
        Instant known = shared.knownUntil(now);
        assertThat(known).isEqualTo(at(6000));
        assertThat(shared.view().served(now, known)).isNotNull();
        Instant over = at(6600 + 300);
        assertThat(shared.view().served(over, known))
                .as("others may have refreshed it")
                .isNull();
        shared.note((record, at) -> record.probed(first.version(), Verdict.ALIVE, Trigger.WATCHDOG, over, POLICY));
        assertThat(shared.view().served(over.plusSeconds(8), known)).isNotNull();
        assertThat(shared.view().served(over.plusSeconds(10), known)).isNull();
    }

    @Test
    void aClaimThatWasTakenWithoutTheStoreStandsWhenItIsBack() {
        RefreshPolicy stable =
                new RefreshPolicy(POLICY.lead(), POLICY.overlap(), POLICY.watchdog(), 2000, 100, Issuance.STABLE);
        SharedRecord shared = shared(stable);
        store.isAway(true);
        Claim mine = claim(shared.claim().after());
        store.isAway(false);
        shared.update((same, at) -> same).after();
        assertThat(shared.update((same, at) -> same).after().claim())
                .as("its fetch is under way")
                .isEqualTo(mine);
    }
}
