package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.keeper.Report.Outcome;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the stable API, which returns the same token until shortly before it expires. */
final class StableTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");

    private final ManualScheduler time = new ManualScheduler(NOON);
    private final HandFedSource wechat = new HandFedSource();
    private final List<TokenEvent> events = new ArrayList<>();
    private final TokenKeeper keeper = Keepers.of(
            List.of(new Account("main", KEY.appid(), Api.STABLE, Set.of(), 500_000)),
            time,
            wechat,
            new EveryEvent(events::add));

    @BeforeEach
    void theFirstTokenIsThere() {
        keeper.start();
        time.pass(Duration.ZERO);
        wechat.grant("first");
        answerProbes(Verdict.ALIVE);
    }

    @Test
    void theNextOneIsAskedForInTheLastFiveMinutes() {
        pass(7200 - 261);
        assertThat(wechat.fetches()).hasSize(1);
        assertThat(served().expiresIn()).isEqualTo(261);
        pass(2);
        assertThat(wechat.fetches()).hasSize(2);
        assertThat(wechat.last().request().forced()).isFalse();
        wechat.grant("second");
        assertThat(served().token().value()).isEqualTo("second");
        assertThat(served().version()).isGreaterThan(firstVersion());
    }

    @Test
    void theSameTokenAgainIsNoOtherVersionAndIsAskedForLater() {
        pass(7200 - 260);
        wechat.grant("first", 259);
        assertThat(served().version()).isEqualTo(firstVersion());
        pass(28);
        assertThat(wechat.fetches()).hasSize(2);
        pass(4);
        assertThat(wechat.fetches()).hasSize(3);
        wechat.grant("second");
        assertThat(served().token().value()).isEqualTo("second");
    }

    @Test
    void aTokenThatOthersFetchedBeforeIsServedForWhatIsLeftOfIt() {
        pass(7200 - 260);
        wechat.grant("theirs", 345);
        assertThat(served().expiresIn()).isEqualTo(345);
        pass(345 - 260 - 1);
        assertThat(wechat.fetches()).hasSize(2);
        pass(2);
        assertThat(wechat.fetches()).hasSize(3);
    }

    @Test
    void aLostAnswerDoesNoHarm() {
        pass(7200 - 260);
        wechat.fail(Advice.RETRY_SOON, TokenSourceException.CallOutcome.UNKNOWN);
        assertThat(keeper.status(KEY).record().doubt()).isNull();
        assertThat(served().expiresIn()).isEqualTo(260);
        pass(2);
        wechat.grant("second");
        assertThat(served().token().value()).isEqualTo("second");
    }

    @Test
    void anAnswerThatComesTooLateDoesNoHarm() {
        pass(7200 - 260);
        HandFedSource.Call<TokenSource.Fetched> slow = wechat.last();
        pass(31);
        wechat.grant("second");
        slow.answer().complete(new TokenSource.Fetched("first", 229L));
        assertThat(served().token().value()).isEqualTo("second");
        assertThat(keeper.status(KEY).record().doubt()).isNull();
    }

    @Test
    void aDeadTokenThatIsHandedOutAgainIsReplacedByForce() {
        CompletableFuture<Report> report = reportDead();
        assertThat(wechat.last().request().forced()).isFalse();
        wechat.grant("first", 7100);
        time.pass(Duration.ZERO);
        assertThat(wechat.last().request().forced()).isTrue();
        wechat.grant("second");
        time.pass(Duration.ZERO);
        assertThat(report.join().outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(report.join().served().token().value()).isEqualTo("second");
        assertThat(events)
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(TokenEvent.Reissued.class, reissued -> assertThat(reissued.refused())
                                .isTrue()))
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(TokenEvent.Refreshed.class, refreshed -> assertThat(refreshed.trigger())
                                .isEqualTo(Trigger.FORCED)));
    }

    @Test
    void forcedCallsAreHalfAMinuteApartAndTwentyADay() {
        reportDead();
        wechat.grant("first", 7100);
        time.pass(Duration.ZERO);
        assertThat(forcedCalls()).isEqualTo(1);
        // WeChat ignores the forced call.
        wechat.grant("first", 7100);
        pass(29);
        assertThat(forcedCalls()).isEqualTo(1);
        for (int i = 2; i <= 20; i++) {
            pass(2);
            assertThat(forcedCalls()).isEqualTo(i);
            wechat.grant("first", 7000);
            pass(29);
        }
        pass(600);
        assertThat(forcedCalls()).isEqualTo(20);
        assertThat(keeper.current(KEY)).isCompletedExceptionally();
        assertThat(keeper.report(KEY, "first"))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("forced");
    }

    @Test
    void afterALostForcedCallAUsualOneBringsWhatItLeft() {
        reportDead();
        wechat.grant("first", 7100);
        time.pass(Duration.ZERO);
        wechat.fail(Advice.RETRY_SOON, TokenSourceException.CallOutcome.UNKNOWN);
        pass(2);
        assertThat(wechat.last().request().forced()).isFalse();
        wechat.grant("second");
        assertThat(served().token().value()).isEqualTo("second");
        assertThat(forcedCalls()).isEqualTo(1);
    }

    @Test
    void aTokenThatIsAcceptedAgainIsNotReplacedByForce() {
        reportDead();
        wechat.refuse(Advice.OPERATOR);
        time.pass(Duration.ofSeconds(7));
        answerProbes(Verdict.ALIVE);
        assertThat(served().token().value()).isEqualTo("first");
        assertThat(forcedCalls()).isZero();
        assertThat(keeper.status(KEY).record().mustForce()).isFalse();
    }

    @Test
    void anAccountThatIsSwitchedKeepsItsTokenUntilItIsDue() throws InterruptedException {
        MemoryTokenStore store = new MemoryTokenStore(time);
        TokenKeeper classic = keeper(Api.CLASSIC, store);
        classic.start();
        time.pass(Duration.ZERO);
        wechat.grant("classic");
        assertThat(classic.stop(Duration.ZERO)).isTrue();

        TokenKeeper stable = keeper(Api.STABLE, store);
        stable.start();
        ServedToken before = stable.current(KEY).join();
        assertThat(before.token().value()).isEqualTo("classic");
        int calls = wechat.fetches().size();
        time.pass(Duration.ofSeconds(6601));
        assertThat(wechat.fetches().size()).isGreaterThan(calls);
        wechat.grant("stable");
        assertThat(stable.current(KEY).join().token().value()).isEqualTo("stable");
        assertThat(stable.current(KEY).join().version()).isGreaterThan(before.version());
        // WeChat accepts the classic token to the end of its life: the two APIs do not affect each other.
        assertThat(stable.report(KEY, "classic").join().outcome()).isEqualTo(Outcome.SUPERSEDED);
    }

    private TokenKeeper keeper(Api api, TokenStore store) {
        return new TokenKeeper(
                new Accounts(List.of(new Account("main", KEY.appid(), api, Set.of(), 2000))),
                store,
                wechat,
                new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ZERO),
                time,
                time,
                () -> 0,
                api.name(),
                List.of());
    }

    private CompletableFuture<Report> reportDead() {
        pass(30);
        CompletableFuture<Report> report = keeper.report(KEY, "first");
        time.pass(Duration.ZERO);
        answerProbes(Verdict.SUPERSEDED);
        time.pass(Duration.ZERO);
        return report;
    }

    private long forcedCalls() {
        return wechat.fetches().stream().filter(call -> call.request().forced()).count();
    }

    private long firstVersion() {
        return NOON.toEpochMilli();
    }

    private ServedToken served() {
        return Objects.requireNonNull(keeper.status(KEY).served());
    }

    /** Advances the clock while WeChat accepts the token in all probes, unless it is already dead. */
    private void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            time.pass(Duration.ofSeconds(1));
            answerProbes(keeper.status(KEY).served() == null ? Verdict.SUPERSEDED : Verdict.ALIVE);
        }
    }

    private void answerProbes(Verdict verdict) {
        wechat.probes().forEach(probe -> probe.answer().complete(verdict));
    }
}
