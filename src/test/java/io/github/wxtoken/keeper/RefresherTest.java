package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.committed;
import static io.github.wxtoken.token.Records.minted;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Doubt;
import io.github.wxtoken.token.Records;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests which fetches the refresher begins, their order, and the events it publishes when they end. */
class RefresherTest {

    private final ManualScheduler time = new ManualScheduler(NOON);

    /** A timer that never fires, for tests whose answers come after the time limit. */
    private final ManualScheduler alarms = new ManualScheduler(NOON);

    private final TokenStore store = new MemoryTokenStore(time);
    private final HandFedSource wechat = new HandFedSource();
    private final List<TokenEvent> events = new ArrayList<>();

    @Test
    void theLongestOverdueGoesFirst() {
        List<TokenSlot> slots = slots(5);
        commit(slots.get(0), 1000);
        commit(slots.get(1), 100);
        commit(slots.get(2), 2000);
        commit(slots.get(3), 500);
        commit(slots.get(4), 0);
        time.pass(Duration.ofSeconds(8000));
        refresher(slots, time).tick();
        assertThat(wechat.fetches().stream().map(call -> call.key().appid()))
                .containsExactly("wx4", "wx1", "wx3", "wx0");
    }

    @Test
    void nothingIsBegunOnceItIsStopped() throws InterruptedException {
        List<TokenSlot> slots = slots(Refresher.LANES + 8);
        Refresher refresher = refresher(slots, time);
        refresher.tick();
        assertThat(wechat.fetches()).hasSize(Refresher.LANES);
        assertThat(refresher.stop(Duration.ZERO)).isFalse();
        wechat.fetches().forEach(call -> call.answer().complete(new Fetched("t", 7200L)));
        time.pass(Duration.ZERO);
        refresher.tick();
        refresher.wake(slots.get(Refresher.LANES + 7));
        time.pass(Duration.ofMinutes(1));
        assertThat(wechat.fetches()).hasSize(Refresher.LANES);
        assertThat(slots.get(0).served()).as("what was under way is committed").isNotNull();
        assertThat(refresher.stop(Duration.ZERO)).isTrue();
    }

    @Test
    void whoIsWokenNeedsToBeDue() {
        TokenSlot slot = slots(1).get(0);
        commit(slot, 0);
        refresher(List.of(slot), time).wake(slot);
        assertThat(wechat.fetches()).isEmpty();
    }

    @Test
    void aRequestMayBeSentForFifteenSecondsAfterItWasClaimed() {
        refresher(slots(1), time).tick();
        BooleanSupplier maySend = wechat.last().maySend();
        assertThat(maySend.getAsBoolean()).isTrue();
        time.pass(Duration.ofMillis(14_999));
        assertThat(maySend.getAsBoolean()).isTrue();
        time.pass(Duration.ofMillis(1));
        assertThat(maySend.getAsBoolean()).isFalse();
    }

    @Test
    void aFailureIsToldWithTheOneBeforeIt() {
        Refresher refresher = refresher(slots(1), time);
        refresher.tick();
        wechat.refuse(Advice.OPERATOR);
        time.pass(Duration.ofMinutes(5));
        refresher.tick();
        wechat.refuse(Advice.OPERATOR);
        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event).isInstanceOf(TokenEvent.RefreshFailed.class);
            assertThat(event.account().name()).isEqualTo("account 0");
            assertThat(event.key()).isEqualTo(TokenKey.accessToken("wx0"));
        });
        TokenEvent.RefreshFailed first = (TokenEvent.RefreshFailed) events.get(0);
        TokenEvent.RefreshFailed second = (TokenEvent.RefreshFailed) events.get(1);
        assertThat(first.trigger()).isEqualTo(Trigger.BOOT);
        assertThat(first.failure().said()).isEqualTo("40164 invalid ip");
        assertThat(first.failure().retryAt()).isEqualTo(at(300));
        assertThat(first.before()).isEmpty();
        assertThat(second.failure().attempts()).isEqualTo(2);
        assertThat(second.before()).isEqualTo(Optional.of(first.failure()));
    }

    @Test
    void aFailureThatAnotherStageWrapsIsToldAllTheSame() {
        refresher(slots(1), time).tick();
        wechat.last().answer().completeExceptionally(new CompletionException(Records.refused(Advice.BACK_OFF, null)));
        assertThat(events).singleElement().isInstanceOfSatisfying(TokenEvent.RefreshFailed.class, failed -> {
            assertThat(failed.failure().text()).isEqualTo("no");
            assertThat(failed.failure().advice()).isEqualTo(Advice.BACK_OFF);
        });
    }

    @Test
    void aSuccessIsToldWithTheFingerprint() {
        TokenSlot slot = slots(1).get(0);
        refresher(List.of(slot), time).tick();
        wechat.grant("first");
        assertThat(events)
                .containsExactly(new TokenEvent.Refreshed(
                        slot.account(),
                        slot.key(),
                        Trigger.BOOT,
                        NOON.toEpochMilli(),
                        new Token("first", NOON, NOON).fingerprint(),
                        NOON,
                        at(7200),
                        at(6600)));
    }

    @Test
    void aTokenThatComesAfterAnotherReplicaTookOverIsNotToldAsARefresh() {
        TokenSlot slot = slots(1).get(0);
        refresher(List.of(slot), alarms).tick();
        takeOver(slot);
        wechat.grant("late");
        assertThat(events).isEmpty();
        assertThat(slot.record().isCurrent("theirs")).isTrue();
        assertThat(slot.record().is(Doubt.Level.UNSURE)).isTrue();
    }

    @Test
    void aTokenThatComesWhileAnotherReplicaIsFetchingIsNotToldAsARefresh() {
        TokenSlot slot = slots(1).get(0);
        refresher(List.of(slot), alarms).tick();
        slot.shared().update((record, now) -> record.claim("you", at(30), POLICY));
        wechat.grant("late");
        assertThat(events).isEmpty();
        assertThat(slot.record().current()).isNull();
    }

    @Test
    void aFailureThatComesAfterAnotherReplicaTookOverIsNoNews() {
        TokenSlot slot = slots(1).get(0);
        refresher(List.of(slot), alarms).tick();
        takeOver(slot);
        wechat.refuse(Advice.OPERATOR);
        assertThat(events).isEmpty();
    }

    private static void takeOver(TokenSlot slot) {
        slot.shared().update((record, now) -> committed(record.claim("you", at(30), POLICY), "theirs", 31));
    }

    private List<TokenSlot> slots(int accounts) {
        return IntStream.range(0, accounts)
                .mapToObj(i -> new TokenSlot(
                        new Account("account " + i, "wx" + i, Api.CLASSIC, Set.of(), 2000),
                        TokenKey.accessToken("wx" + i),
                        POLICY,
                        store,
                        "me",
                        time,
                        new AccessTokenIndex(),
                        alarms,
                        event -> {}))
                .toList();
    }

    /** Commits a token to an account, a number of seconds after noon. */
    private static void commit(TokenSlot slot, long seconds) {
        slot.shared().update((record, now) -> minted(at(seconds), 7200L));
    }

    private Refresher refresher(List<TokenSlot> slots, ManualScheduler timer) {
        return new Refresher(slots, wechat, time, timer, Runnable::run, () -> 0, events::add, (slot, value) -> {});
    }
}
