package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Budget;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests what callers, reporters and the watchdog observe, second by second. */
class KeeperTest {

    private static final String APPID = "wx0123456789abcdef";
    private static final TokenKey KEY = TokenKey.accessToken(APPID);
    private static final RandomGenerator NO_JITTER = () -> 0;
    private static final RefreshProperties PROPERTIES =
            new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ofMinutes(1));

    private final ManualScheduler time = new ManualScheduler(Instant.parse("2026-11-22T04:00:00Z"));
    private final HandFedSource wechat = new HandFedSource();
    private final List<TokenEvent> events = new ArrayList<>();
    private final TokenKeeper keeper = keeper(new Account("main", APPID, Api.CLASSIC, Set.of(), 2000));

    @BeforeEach
    void start() {
        keeper.start();
        time.pass(Duration.ZERO);
    }

    @Test
    void fiftyCallersOfAColdStartShareOneFetch() {
        List<CompletableFuture<ServedToken>> answers =
                IntStream.range(0, 50).mapToObj(i -> keeper.current(KEY)).toList();
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        time.pass(Duration.ofMillis(500));
        wechat.grant("first");
        assertThat(answers).allSatisfy(answer -> assertThat(value(answer)).isEqualTo("first"));
        assertThat(wechat.fetches()).hasSize(1);
    }

    @Test
    void whatIsServedNowIsToldWithoutWaiting() {
        assertThat(keeper.served(KEY)).isNull();
        assertThat(keeper.waiting()).isZero();
        wechat.grant("first");
        ServedToken served = keeper.served(KEY);
        assertThat(served).isEqualTo(keeper.current(KEY).join());
        TokenKey other = TokenKey.accessToken("wxfedcba9876543210");
        assertThatThrownBy(() -> keeper.served(other)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fiveHundredReportsOfADeadTokenShareOneProbeAndOneFetch() {
        served("first");
        time.pass(Duration.ofSeconds(30));
        List<CompletableFuture<Report>> answers = IntStream.range(0, 500)
                .mapToObj(i -> keeper.report(KEY, "first"))
                .toList();
        wechat.judge(Verdict.SUPERSEDED);
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        assertThat(keeper.current(KEY)).as("a dead token is not handed out").isNotDone();
        wechat.grant("second");
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.join().outcome()).isEqualTo(Report.Outcome.REFRESHED);
            assertThat(answer.join().served().token().value()).isEqualTo("second");
        });
        assertThat(wechat.probes()).hasSize(1);
        assertThat(wechat.fetches()).hasSize(2);
    }

    @Test
    void reportsOfAGoodTokenInALoopCostNoFetchAndOneProbeASecond() {
        served("first");
        List<CompletableFuture<Report>> answers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            answers.add(keeper.report(KEY, "first"));
            if (wechat.isProbed()) {
                wechat.judge(Verdict.ALIVE);
            }
            time.pass(Duration.ofMillis(100));
        }
        wechat.judge(Verdict.ALIVE);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().outcome()).isEqualTo(Report.Outcome.ALIVE));
        assertThat(wechat.fetches()).hasSize(1);
        assertThat(wechat.probes()).hasSizeBetween(60, 61);
    }

    @Test
    void reportsOfWhatIsNotCurrentAskNothingOfWeChat() {
        served("first");
        time.pass(Duration.ofMinutes(110));
        wechat.grant("second");
        int probes = wechat.probes().size();
        for (String refused : List.of("first", "garbage")) {
            Report report = keeper.report(KEY, refused).join();
            assertThat(report.outcome()).isEqualTo(Report.Outcome.SUPERSEDED);
            assertThat(report.served().token().value()).isEqualTo("second");
        }
        assertThat(wechat.probes()).hasSize(probes);
        assertThat(wechat.fetches()).hasSize(2);
    }

    @Test
    void onlyAReportOfAReplacedTokenIsAnsweredAtOnceByTheOneThatReplacedIt() {
        served("first");
        assertThat(keeper.superseded(KEY, "first")).as("current").isNull();
        time.pass(Duration.ofMinutes(110));
        wechat.grant("second");
        assertThat(keeper.superseded(KEY, "second")).as("current").isNull();
        assertThat(keeper.superseded(KEY, "garbage")).as("never seen").isNull();
        assertThat(events).noneMatch(TokenEvent.Reported.class::isInstance);
        assertThat(keeper.superseded(KEY, "first"))
                .isEqualTo(new Report(
                        Report.Outcome.SUPERSEDED, keeper.current(KEY).join()));
        assertThat(events).filteredOn(TokenEvent.Reported.class::isInstance).hasSize(1);
    }

    @Test
    void aDeadTokenThatHasBeenReplacedIsKnownAsSuch() {
        served("first");
        time.pass(Duration.ofSeconds(30));
        CompletableFuture<Report> answer = keeper.report(KEY, "first");
        wechat.judge(Verdict.SUPERSEDED);
        assertThat(keeper.superseded(KEY, "first")).as("not replaced yet").isNull();
        wechat.grant("second");
        assertThat(answer.join().outcome()).isEqualTo(Report.Outcome.REFRESHED);
        assertThat(keeper.status(KEY).record().isPrevious("first")).isFalse();
        assertThat(keeper.superseded(KEY, "first"))
                .isEqualTo(new Report(
                        Report.Outcome.SUPERSEDED, keeper.current(KEY).join()));
    }

    @Test
    void aReporterGetsTheTokenThatComesMeanwhileAtOnce() {
        served("first");
        time.pass(Duration.ofMinutes(110).minusSeconds(1));
        CompletableFuture<Report> answer = keeper.report(KEY, "first");
        time.pass(Duration.ofSeconds(1));
        assertThat(answer).as("WeChat has not said whether it takes the first").isNotDone();
        wechat.grant("second");
        assertThat(answer.join().outcome()).isEqualTo(Report.Outcome.REFRESHED);
        assertThat(answer.join().served().token().value()).isEqualTo("second");
    }

    @Test
    void aReportThatNamesNoTokenIsAboutTheCurrentOne() {
        served("first");
        time.pass(Duration.ofSeconds(30));
        CompletableFuture<Report> answer = keeper.report(KEY, null);
        assertThat(wechat.probes()).hasSize(1);
        assertThat(wechat.probes().get(0).value()).isEqualTo("first");
        wechat.judge(Verdict.EXPIRED);
        wechat.grant("second");
        assertThat(answer.join().served().token().value()).isEqualTo("second");
    }

    @Test
    void aReportThatCannotBeVerifiedIsBelievedButTheTokenIsServedMeanwhile() {
        served("first");
        time.pass(Duration.ofMinutes(6));
        CompletableFuture<Report> answer = keeper.report(KEY, "first");
        // The watchdog's probe was sent just before the report.
        time.pass(Duration.ofSeconds(1));
        wechat.judge(Verdict.INCONCLUSIVE);
        assertThat(wechat.fetches()).hasSize(2);
        assertThat(value(keeper.current(KEY))).isEqualTo("first");
        wechat.grant("second");
        assertThat(answer.join().outcome()).isEqualTo(Report.Outcome.REFRESHED);
    }

    @Test
    void nobodyWaitsLongerThanThreeSeconds() {
        CompletableFuture<ServedToken> caller = keeper.current(KEY);
        CompletableFuture<Report> reporter = keeper.report(KEY, "whatever");
        time.pass(Duration.ofMillis(2_999));
        assertThat(caller).isNotDone();
        time.pass(Duration.ofMillis(1));
        assertThat(reason(caller)).hasMessageContaining("WeChat has not answered yet");
        assertThat(reason(reporter).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        wechat.grant("late but welcome");
        assertThat(value(keeper.current(KEY))).isEqualTo("late but welcome");
    }

    @Test
    void aProbeThatHangsKeepsAReporterNoLongerThanThreeSeconds() {
        served("first");
        CompletableFuture<Report> reporter = keeper.report(KEY, "first");
        time.pass(Duration.ofSeconds(3));
        assertThat(reason(reporter)).hasMessageContaining("WeChat was asked");
        assertThat(value(keeper.current(KEY))).isEqualTo("first");
    }

    @Test
    void whereWaitingCannotHelpTheAnswerComesAtOnce() {
        CompletableFuture<ServedToken> waiting = keeper.current(KEY);
        wechat.refuse(Advice.OPERATOR);
        TokenUnavailableException reason = reason(waiting);
        assertThat(reason).hasMessageContaining("40164 invalid ip");
        assertThat(reason.failure()).isNotNull();
        assertThat(reason.retryAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(reason(keeper.current(KEY)).retryAfter()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void theCurrentTokenIsServedWhileItsRefreshFails() {
        served("first");
        time.pass(Duration.ofMinutes(110));
        for (int second = 0; second < 599; second++) {
            if (!wechat.last().answer().isDone()) {
                wechat.refuse(Advice.RETRY_SOON);
            }
            assertThat(value(keeper.current(KEY))).isEqualTo("first");
            time.pass(Duration.ofSeconds(1));
        }
        assertThat(wechat.fetches()).hasSizeGreaterThan(10);
        time.pass(Duration.ofSeconds(1));
        assertThat(keeper.status(KEY).served()).isNull();
    }

    @Test
    void theWatchdogFindsOutThatSomebodyElseMints() {
        served("first");
        time.pass(Duration.ofMinutes(1));
        wechat.judge(Verdict.SUPERSEDED);
        assertThat(wechat.fetches()).as("one refusal is no proof").hasSize(1);
        time.pass(Duration.ofSeconds(6));
        wechat.judge(Verdict.SUPERSEDED);
        assertThat(wechat.fetches()).hasSize(2);
        assertThat(events).anySatisfy(event -> assertThat(event)
                .asInstanceOf(type(TokenEvent.FoundDead.class))
                .satisfies(found -> assertThat(found.contested()).isTrue())
                .satisfies(found -> assertThat(found.trigger()).isEqualTo(Trigger.WATCHDOG)));
        wechat.grant("second");
        assertThat(keeper.status(KEY).record().contestedAt()).isNotNull();
    }

    @Test
    void theWatchdogForgivesATokenThatFlaps() {
        served("first");
        time.pass(Duration.ofMinutes(1));
        wechat.judge(Verdict.SUPERSEDED);
        time.pass(Duration.ofSeconds(6));
        wechat.judge(Verdict.ALIVE);
        time.pass(Duration.ofMinutes(1));
        wechat.judge(Verdict.SUPERSEDED);
        assertThat(wechat.fetches()).hasSize(1);
        assertThat(value(keeper.current(KEY))).isEqualTo("first");
    }

    @Test
    void aWarOverTheTokenLeavesTheReserve() {
        served("token 0");
        int mints = 1;
        int heldBack = 0;
        Instant midnight = Budget.endOfDay(time.instant());
        while (time.instant().isBefore(midnight)) {
            CompletableFuture<Report> report = keeper.report(KEY, null);
            if (wechat.isProbed()) {
                wechat.judge(Verdict.SUPERSEDED);
            }
            time.pass(Duration.ofSeconds(1));
            if (wechat.fetches().size() > mints) {
                wechat.grant("token " + mints++);
            }
            if (report.isCompletedExceptionally() && reason(report).overBudget()) {
                heldBack++;
                assertThat(reason(report)).hasMessageContaining("so that the daily budget lasts");
                assertThat(reason(report).retryAfter()).isGreaterThan(Duration.ofSeconds(3));
            }
        }
        assertThat(heldBack).isPositive();
        assertThat(mints).isBetween(1500, 1900 + 12);
        assertThat(keeper.status(KEY).record().budget().spent()).isLessThan(1900 + 12);
    }

    @Test
    void stoppingSendsThoseWhoWaitAway() throws InterruptedException {
        CompletableFuture<ServedToken> waiting = keeper.current(KEY);
        assertThat(keeper.stop(Duration.ZERO)).as("a fetch is under way").isFalse();
        assertThat(reason(waiting)).hasMessageContaining("shutting down");
        assertThat(reason(keeper.current(KEY))).hasMessageContaining("shutting down");
    }

    @Test
    void whatWasUnderWayWhenStoppingIsCommitted() throws InterruptedException {
        wechat.grant("first");
        assertThat(keeper.stop(Duration.ZERO)).isTrue();
        time.pass(Duration.ofHours(3));
        assertThat(wechat.fetches()).as("nothing is begun any more").hasSize(1);
    }

    @Test
    void aTokenThatIsNotKeptIsTheCallersMistake() {
        ThrowingCallable call = () -> keeper.current(TokenKey.accessToken("wx-other"));
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }

    private TokenKeeper keeper(Account account) {
        return new TokenKeeper(
                new Accounts(List.of(account)),
                new MemoryTokenStore(time),
                wechat,
                PROPERTIES,
                time,
                time,
                NO_JITTER,
                "me",
                List.of(new EveryEvent(events::add)));
    }

    private void served(String value) {
        wechat.grant(value);
        assertThat(value(keeper.current(KEY))).isEqualTo(value);
    }

    private static String value(CompletableFuture<ServedToken> answer) {
        assertThat(answer).isDone();
        return answer.join().token().value();
    }

    private static TokenUnavailableException reason(CompletableFuture<?> answer) {
        assertThat(answer).isCompletedExceptionally();
        @Nullable Throwable thrown = null;
        try {
            answer.join();
        } catch (CompletionException e) {
            thrown = e.getCause();
        }
        assertThat(thrown).isInstanceOf(TokenUnavailableException.class);
        return (TokenUnavailableException) thrown;
    }
}
