package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.claim;
import static io.github.wxtoken.token.Records.committed;
import static io.github.wxtoken.token.Records.failed;
import static io.github.wxtoken.token.Records.minted;
import static io.github.wxtoken.token.Records.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Doubt;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSourceException.Advice;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests how one replica handles the records, waiters and clock of a store shared with others. */
class TokenSlotTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");

    private final ManualScheduler time = new ManualScheduler(NOON);
    private final ScriptedStore store = new ScriptedStore(time);
    private final TokenSlot slot = new TokenSlot(
            new Account("main", KEY.appid(), Api.CLASSIC, Set.of(), 2000),
            KEY,
            POLICY,
            store,
            "us",
            time,
            new AccessTokenIndex(),
            time,
            event -> {});
    private final TokenRecord first = minted();
    private final TokenRecord second = committed(first.claim("me", at(6600), POLICY), "second", 6600);

    @Test
    void whatTheStoreHeldBeforeReplacesNothingNewer() {
        time.pass(Duration.ofSeconds(6601));
        store.shows(second, 4);
        slot.shared().update((same, at) -> same);
        store.shows(first, 2);
        slot.shared().update((same, at) -> same);
        assertThat(slot.record()).isEqualTo(second);
        store.shows(second.claim("you", at(13_200), POLICY), store.load(KEY).revision() + 1);
        slot.shared().update((same, at) -> same);
        assertThat(slot.record().claim()).isNotNull();
    }

    @Test
    void aStoreThatForgotIsGivenWhatWasSeen() {
        time.pass(Duration.ofSeconds(6601));
        store.shows(second, 4);
        slot.shared().update((same, at) -> same);
        store.shows(TokenRecord.EMPTY, 0);
        Change change = slot.shared().update((record, now) -> record.claim("me", now, POLICY));
        assertThat(change.before()).as("there is nothing to fetch").isEqualTo(second);
        assertThat(store.load(KEY).record()).isEqualTo(second);
        assertThat(served().token().value()).isEqualTo("second");
        // Later changes are accepted as usual.
        store.shows(second.claim("you", at(13_200), POLICY), store.load(KEY).revision() + 1);
        slot.shared().update((same, at) -> same);
        assertThat(slot.record().claim()).isNotNull();
    }

    @Test
    void aStoreThatLostTheNewestTokenIsGivenItThoughItWasWrittenToSince() {
        time.pass(Duration.ofSeconds(6601));
        store.shows(second, 4);
        slot.shared().update((same, at) -> same);
        store.shows(first.claim("you", at(6600), POLICY), 9);
        slot.shared().update((same, at) -> same);
        assertThat(store.load(KEY).record()).isEqualTo(second);
        assertThat(slot.record()).isEqualTo(second);
    }

    @Test
    void aStoreThatWentBackButHasANewerTokenIsBelieved() {
        time.pass(Duration.ofSeconds(6601));
        store.shows(first, 7);
        slot.shared().update((same, at) -> same);
        store.shows(second, 2);
        slot.shared().update((same, at) -> same);
        assertThat(slot.record()).isEqualTo(second);
        assertThat(store.load(KEY).revision()).isEqualTo(2);
    }

    @Test
    void aClaimThatTheStoreLostIsNotTakenForAnotherOfTheSameNumber() {
        TokenRecord mine = first.claim("me", at(6600), POLICY);
        TokenRecord yours = first.claim("you", at(6601), POLICY);
        assertThat(claim(yours).fence()).isEqualTo(claim(mine).fence());
        TokenRecord after = committed(yours, claim(mine), "late", 6602);
        assertThat(after.version()).isEqualTo(yours.version());
        assertThat(after.is(Doubt.Level.UNSURE)).isTrue();
    }

    @Test
    void whoWaitsIsAnsweredFromTheRecordThatHasJustCome() {
        CompletableFuture<ServedToken> waiting = slot.waiting().await(0, at(3));
        assertThat(waiting).isNotDone();
        slot.shared().update((record, now) -> first);
        assertThat(waiting).isCompletedWithValueMatching(token -> token.version() == first.version());
    }

    @Test
    void whoWaitsForAReplacementIsNotContentWithWhatIsReplaced() {
        store.shows(first, 2);
        slot.shared().update((same, at) -> same);
        assertThat(slot.waiting().await(first.version(), at(3))).isDone();
        CompletableFuture<ServedToken> waiting = slot.waiting().await(first.version() + 1, at(7000));
        assertThat(waiting).isNotDone();
        slot.shared().update((record, now) -> second);
        assertThat(waiting).isCompletedWithValueMatching(token -> token.version() == second.version());
    }

    @Test
    void whatIsUpdatedIsNoOlderThanWhatWasRead() {
        store.shows(first, 7);
        Change change = slot.shared().update((record, now) -> record.claim("me", at(6600), POLICY));
        assertThat(change.changed()).isTrue();
        assertThat(store.load(KEY).revision()).isGreaterThan(7);
        store.shows(first, 7);
        slot.shared().update((same, at) -> same);
        assertThat(slot.record()).isEqualTo(change.after());
    }

    @Test
    void theStoresClockDecidesHowLongATokenLives() {
        store.isAheadBy(Duration.ofSeconds(1000));
        store.shows(first, 2);
        slot.shared().update((same, at) -> same);
        assertThat(slot.now()).isEqualTo(at(1000));
        assertThat(served().expiresIn()).isEqualTo(5900);
        time.pass(Duration.ofSeconds(100));
        assertThat(slot.now()).isEqualTo(at(1100));
        assertThat(served().expiresIn()).isEqualTo(5800);
    }

    @Test
    void aStoreThatAnswersSlowlyMakesATokenRatherOlderThanYounger() {
        store.answersAfter(Duration.ofSeconds(2));
        store.shows(first, 2);
        slot.shared().update((same, at) -> same);
        assertThat(time.instant()).isEqualTo(at(2));
        assertThat(slot.now()).isEqualTo(at(2));
        store.answersAfter(Duration.ZERO);
        store.isAheadBy(Duration.ofMinutes(-1));
        slot.shared().update((same, at) -> same);
        assertThat(slot.now()).as("a clock that was set back").isEqualTo(at(-58));
    }

    @Test
    void whetherWaitingCanHelpIsReckonedByTheStoresClock() {
        for (int skew : List.of(1000, -1000)) {
            store.isAheadBy(Duration.ofSeconds(skew));
            store.shows(retriedAt(skew + 2), 2);
            slot.shared().update((same, at) -> same);
            CompletableFuture<ServedToken> waiting = slot.waiting().await(0, at(3));
            assertThat(waiting).as("the next attempt is in time").isNotDone();
            store.shows(retriedAt(skew + 4), 2);
            slot.shared().update((same, at) -> same);
            assertThat(waiting).as("the next attempt is too late").isCompletedExceptionally();
        }
    }

    private ServedToken served() {
        return Objects.requireNonNull(slot.served());
    }

    /** Returns a record whose first fetch failed and is retried a number of seconds after noon. */
    private static TokenRecord retriedAt(long seconds) {
        TokenRecord claimed = TokenRecord.EMPTY.claim("me", at(seconds - 60), POLICY);
        return failed(claimed, refused(Advice.OPERATOR, Duration.ofMinutes(1)), seconds - 60);
    }
}
