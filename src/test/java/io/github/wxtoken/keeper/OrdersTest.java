package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.PendingOrder;
import io.github.wxtoken.token.Reconciliation;
import io.github.wxtoken.token.Records;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Tests operators' orders: each is executed once, at once if possible, and its answer says how long the old token
 * lives.
 */
final class OrdersTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");

    private final ManualScheduler time = new ManualScheduler(NOON);
    private final HandFedSource wechat = new HandFedSource();
    private final List<TokenEvent> events = new ArrayList<>();

    @Test
    void aClassicTokenIsReplacedNowAndTheOldOneLivesOnForTheOverlap() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        CompletableFuture<Replacement> order = order(keeper, Action.REFRESH);
        assertThat(wechat.fetches()).hasSize(2);
        assertThat(served(keeper)).isEqualTo("first");
        assertThat(order).isNotDone();
        wechat.grant("second");
        assertThat(served(keeper)).isEqualTo("second");
        assertThat(order.join())
                .isEqualTo(new Replacement(
                        true, fingerprint("first"), time.instant().plus(Duration.ofMinutes(5))));
        assertThat(events)
                .contains(new TokenEvent.Ordered(account(Api.CLASSIC, 2000), KEY, Action.REFRESH, "ops"))
                .filteredOn(event ->
                        event instanceof TokenEvent.Refreshed refreshed && refreshed.trigger() == Trigger.OPERATOR)
                .hasSize(1);
        pass(600);
        assertThat(wechat.fetches()).hasSize(2);
    }

    @Test
    void aClassicTokenIsRevokedByTwoFetches() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        CompletableFuture<Replacement> order = order(keeper, Action.REVOKE);
        assertThat(Objects.requireNonNull(keeper.status(KEY).served()).expiresIn())
                .as("it ends some seconds after the first of them")
                .isLessThanOrEqualTo(5);
        wechat.grant("second");
        assertThat(served(keeper)).isEqualTo("second");
        pass(4);
        assertThat(wechat.fetches()).hasSize(2);
        pass(2);
        assertThat(wechat.fetches()).hasSize(3);
        wechat.grant("third");
        assertThat(served(keeper)).isEqualTo("third");
        answerLook("first", Verdict.SUPERSEDED);
        assertThat(order.join()).isEqualTo(new Replacement(true, fingerprint("first"), null));
        pass(600);
        assertThat(wechat.fetches()).hasSize(3);
    }

    @Test
    void whereWeChatStillTakesTheRevokedTokenThatIsSaid() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        CompletableFuture<Replacement> order = order(keeper, Action.REVOKE);
        wechat.grant("second");
        pass(6);
        wechat.grant("third");
        Instant committed = time.instant();
        answerLook("first", Verdict.ALIVE);
        assertThat(order.join())
                .isEqualTo(new Replacement(true, fingerprint("first"), committed.plus(Duration.ofMinutes(5))));
    }

    @Test
    void aStableTokenIsForced() {
        TokenKeeper keeper = keeper(Api.STABLE, 2000);
        CompletableFuture<Replacement> order = order(keeper, Action.REFRESH);
        assertThat(wechat.last().request().forced()).isTrue();
        wechat.grant("second");
        assertThat(order.join().done()).isTrue();
        pass(600);
        assertThat(wechat.fetches()).hasSize(2);
    }

    @Test
    void aStableTokenIsRevokedByForcingTwiceHalfAMinuteApart() {
        TokenKeeper keeper = keeper(Api.STABLE, 2000);
        CompletableFuture<Replacement> order = order(keeper, Action.REVOKE);
        assertThat(wechat.last().request().forced()).isTrue();
        wechat.grant("second");
        Instant committed = time.instant();
        assertThat(order.join())
                .isEqualTo(new Replacement(false, fingerprint("first"), committed.plus(Duration.ofMinutes(5))));
        pass(29);
        assertThat(wechat.fetches()).hasSize(2);
        pass(2);
        assertThat(wechat.fetches()).hasSize(3);
        assertThat(wechat.last().request().forced()).isTrue();
        wechat.grant("third");
        pass(600);
        assertThat(served(keeper)).isEqualTo("third");
        assertThat(wechat.fetches()).hasSize(3);
    }

    @Test
    void whoOrdersTwiceGetsItOnce() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        CompletableFuture<Replacement> first = order(keeper, Action.REFRESH);
        CompletableFuture<Replacement> second = order(keeper, Action.REFRESH);
        wechat.grant("second");
        assertThat(first.join()).isEqualTo(second.join());
        pass(600);
        assertThat(wechat.fetches()).hasSize(2);
    }

    @Test
    void anOrderDoesNotWaitForTheNextAttemptOfWhatFails() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        pass(6541);
        wechat.refuse(Advice.OPERATOR);
        pass(60);
        assertThat(wechat.fetches()).hasSize(2);
        CompletableFuture<Replacement> order = order(keeper, Action.REFRESH);
        assertThat(wechat.fetches()).hasSize(3);
        wechat.grant("second");
        assertThat(order.join().done()).isTrue();
    }

    @Test
    void whatCannotBeDoneNowIsDoneAsSoonAsItCan() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        CompletableFuture<Replacement> order = order(keeper, Action.REFRESH);
        wechat.refuse(Advice.OPERATOR);
        assertThat(order.join()).isEqualTo(new Replacement(false, fingerprint("first"), NOON.plusSeconds(7200)));
        assertThat(served(keeper)).isEqualTo("first");
        pass(301);
        assertThat(wechat.fetches()).hasSize(3);
        wechat.grant("second");
        assertThat(keeper.status(KEY).record().pendingOrder()).isNull();
    }

    @Test
    void theReserveIsLeftToPlannedRefreshes() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 201);
        for (int spent = 1; spent < 101; spent++) {
            keeper.order(KEY, Action.REVOKE, "ops");
            pass(60);
            if (wechat.fetches().size() > spent) {
                wechat.grant("token " + spent);
            }
        }
        pass(600);
        assertThat(keeper.status(KEY).record().budget().spent()).isLessThanOrEqualTo(101);
    }

    @Test
    void someForcedRefreshesAreLeftForTokensThatAreDead() {
        TokenKeeper keeper = keeper(Api.STABLE, 500_000);
        for (int i = 0; i < 20; i++) {
            keeper.order(KEY, Action.REVOKE, "ops");
            for (int j = 0; j < 2; j++) {
                pass(31);
                wechat.grant("token " + i + "." + j);
            }
        }
        assertThat(wechat.fetches().stream().filter(call -> call.request().forced()))
                .hasSize(16);
    }

    @Test
    void aRefreshLeavesTheTokenBeforeItsOverlap() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        order(keeper, Action.REFRESH);
        wechat.grant("second");
        pass(60);
        CompletableFuture<Replacement> order = order(keeper, Action.REFRESH);
        assertThat(order.join().done()).isFalse();
        pass(235);
        assertThat(wechat.fetches()).as("the first token has five minutes").hasSize(2);
        pass(10);
        assertThat(wechat.fetches()).hasSize(3);
    }

    @Test
    void aTokenThatWeChatRejectsHasNoTimeLeftWhenItIsReplaced() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        die(keeper, "first");
        wechat.refuse(Advice.OPERATOR);
        CompletableFuture<Replacement> order = order(keeper, Action.REFRESH);
        wechat.grant("second");
        assertThat(order.join()).isEqualTo(new Replacement(true, fingerprint("first"), null));
    }

    @Test
    void aTokenThatWeChatRejectsHasNoTimeLeftWhileTheFetchFails() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        die(keeper, "first");
        wechat.refuse(Advice.OPERATOR);
        CompletableFuture<Replacement> order = order(keeper, Action.REFRESH);
        wechat.refuse(Advice.OPERATOR);
        assertThat(order.join()).isEqualTo(new Replacement(false, fingerprint("first"), null));
    }

    @Test
    void aTokenThatIsFoundDeadDuringTheOrderHasNoTimeLeft() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        CompletableFuture<Replacement> order = order(keeper, Action.REFRESH);
        die(keeper, "first");
        wechat.grant("second");
        answerLook("first", Verdict.SUPERSEDED);
        assertThat(order.join()).isEqualTo(new Replacement(true, fingerprint("first"), null));
    }

    @Test
    void aTokenThatHasExpiredHasNoTimeLeft() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        time.pass(Duration.ofMinutes(110));
        wechat.refuse(Advice.OPERATOR);
        time.pass(Duration.ofMinutes(10));
        CompletableFuture<Replacement> order = order(keeper, Action.REFRESH);
        wechat.refuse(Advice.OPERATOR);
        assertThat(order.join()).isEqualTo(new Replacement(false, fingerprint("first"), null));
        CompletableFuture<Replacement> again = order(keeper, Action.REFRESH);
        wechat.grant("second");
        assertThat(again.join()).isEqualTo(new Replacement(true, fingerprint("first"), null));
    }

    @Test
    void whatIsOrderedWhileTheStoreIsAwayIsNotForgotten() {
        TokenRecord ordered = Records.minted().ordered(PendingOrder.TO_REVOKE, NOON.plusSeconds(60));
        TokenRecord other = Records.minted(NOON.plusSeconds(30), 7200L);
        assertThat(Reconciliation.better(ordered, other).pendingOrder()).isEqualTo(ordered.pendingOrder());
        assertThat(Reconciliation.over(ordered, other, NOON.plusSeconds(90), Records.POLICY)
                        .pendingOrder())
                .isEqualTo(ordered.pendingOrder());
        TokenRecord later = Records.minted(NOON.plusSeconds(70), 7200L);
        assertThat(Reconciliation.better(ordered, later).pendingOrder()).isNull();
    }

    @Test
    void whatWeChatMayHaveReplacedIsSparedByARefreshAndNotByARevocation() {
        TokenKeeper keeper = keeper(Api.CLASSIC, 2000);
        order(keeper, Action.REFRESH);
        wechat.fail(Advice.RETRY_SOON, CallOutcome.UNKNOWN);
        pass(60);
        assertThat(wechat.fetches()).as("a second fetch would end it at once").hasSize(2);
        order(keeper, Action.REVOKE);
        assertThat(wechat.fetches()).hasSize(3);
    }

    private TokenKeeper keeper(Api api, int budget) {
        TokenKeeper keeper = Keepers.of(List.of(account(api, budget)), time, wechat, new EveryEvent(events::add));
        keeper.start();
        time.pass(Duration.ZERO);
        wechat.grant("first");
        pass(60);
        return keeper;
    }

    /** Has a caller report the token, and WeChat reject it. */
    private void die(TokenKeeper keeper, String value) {
        keeper.report(KEY, value);
        time.pass(RefreshPolicy.PROBE_GAP);
        answerLook(value, Verdict.SUPERSEDED);
        assertThat(served(keeper)).isNull();
    }

    private static Account account(Api api, int budget) {
        return new Account("main", KEY.appid(), api, Set.of(), budget);
    }

    private CompletableFuture<Replacement> order(TokenKeeper keeper, Action action) {
        CompletableFuture<Replacement> order = keeper.order(KEY, action, "ops");
        time.pass(Duration.ZERO);
        return order;
    }

    private static String fingerprint(String value) {
        return new Token(value, NOON, NOON).fingerprint();
    }

    private static @Nullable String served(TokenKeeper keeper) {
        ServedToken served = keeper.status(KEY).served();
        return served == null ? null : served.token().value();
    }

    /** Advances the clock while WeChat accepts every probed token. */
    private void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            time.pass(Duration.ofSeconds(1));
            wechat.probes().forEach(probe -> probe.answer().complete(Verdict.ALIVE));
            time.pass(Duration.ZERO);
        }
    }

    private void answerLook(String value, Verdict verdict) {
        time.pass(Duration.ZERO);
        wechat.probes().stream()
                .filter(probe -> probe.value().equals(value) && !probe.answer().isDone())
                .forEach(probe -> probe.answer().complete(verdict));
        time.pass(Duration.ZERO);
    }
}
