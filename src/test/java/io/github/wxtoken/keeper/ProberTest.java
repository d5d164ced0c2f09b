package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.keeper.Report.Outcome;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that a verdict of WeChat answers only the requests from before its probe was sent. */
class ProberTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The duration of a probe that WeChat answers. */
    private static final Duration TRIP = Duration.ofMillis(50);

    private final ManualScheduler time = new ManualScheduler(NOON);
    private final HandFedSource wechat = new HandFedSource();
    private final MemoryTokenStore store = new MemoryTokenStore(time);
    private final TokenKeeper keeper = keeper("me", store);

    @BeforeEach
    void theFirstTokenIsOlderThanTheLeastGapBetweenTwo() {
        keeper.start();
        time.pass(Duration.ZERO);
        wechat.grant("first");
        time.pass(Duration.ofSeconds(30));
        assertThat(wechat.probes()).isEmpty();
    }

    @Test
    void aTokenThatDiesRightAfterAProbeIsReplacedForTheNextReport() {
        assertThat(reported(Verdict.ALIVE).join().outcome()).isEqualTo(Outcome.ALIVE);
        CompletableFuture<Report> later = keeper.report(KEY, "first");
        assertThat(later).as("WeChat was asked before, not since").isNotDone();
        time.pass(SECOND.minus(TRIP).minusMillis(1));
        assertThat(wechat.probes()).as("one a second").hasSize(1);
        time.pass(Duration.ofMillis(1));
        judge(Verdict.SUPERSEDED);
        wechat.grant("second");
        assertRefreshed(later, "second");
        assertThat(wechat.probes()).hasSize(2);
    }

    @Test
    void aTokenThatDiesRightAfterAProbeIsNotServedAsVerified() {
        reported(Verdict.ALIVE);
        CompletableFuture<ServedToken> read = keeper.verified(KEY);
        assertThat(read).isNotDone();
        time.pass(SECOND);
        judge(Verdict.SUPERSEDED);
        wechat.grant("second");
        assertThat(read.join().token().value()).isEqualTo("second");
    }

    @Test
    void aTokenThatDiesRightAfterItsCommitIsNotServedAsVerified() {
        rejected("first");
        wechat.grant("second");
        CompletableFuture<ServedToken> read = keeper.verified(KEY);
        assertThat(read).as("a commit is no proof").isNotDone();
        judge(Verdict.SUPERSEDED);
        assertThat(read).as("the next fetch begins too late for this caller").isCompletedExceptionally();
        time.pass(RefreshPolicy.MIN_GAP);
        wechat.grant("third");
        assertThat(served(keeper)).isEqualTo("third");
    }

    @Test
    void aTokenThatDiesRightAfterItsCommitIsNotAliveForAReport() {
        rejected("first");
        wechat.grant("second");
        time.pass(Duration.ofSeconds(3));
        CompletableFuture<Report> report = keeper.report(KEY, "second");
        judge(Verdict.SUPERSEDED);
        time.pass(Duration.ofSeconds(2));
        wechat.grant("third");
        assertRefreshed(report, "third");
    }

    @Test
    void aVerdictThatComesAfterTheReportOfAnEarlierProbeIsNoAnswer() {
        CompletableFuture<Report> early = keeper.report(KEY, "first");
        time.pass(TRIP);
        CompletableFuture<Report> later = keeper.report(KEY, "first");
        CompletableFuture<ServedToken> read = keeper.verified(KEY);
        judge(Verdict.ALIVE);
        assertThat(early).isDone();
        assertThat(later).isNotDone();
        assertThat(read).isNotDone();
        time.pass(SECOND);
        judge(Verdict.ALIVE);
        assertThat(later.join().outcome()).isEqualTo(Outcome.ALIVE);
        assertThat(read.join().token().value()).isEqualTo("first");
        assertThat(wechat.probes()).hasSize(2);
    }

    @Test
    void aRejectionByAnEarlierProbeIsAnAnswer() {
        List<CompletableFuture<Report>> reports = new ArrayList<>(List.of(keeper.report(KEY, "first")));
        time.pass(TRIP);
        reports.add(keeper.report(KEY, "first"));
        CompletableFuture<ServedToken> read = keeper.verified(KEY);
        judge(Verdict.SUPERSEDED);
        reports.add(keeper.report(KEY, "first"));
        wechat.grant("second");
        reports.forEach(report -> assertRefreshed(report, "second"));
        assertThat(read.join().token().value()).isEqualTo("second");
        time.pass(SECOND.multipliedBy(2));
        assertThat(wechat.probes()).as("the second one is not sent any more").hasSize(1);
    }

    @Test
    void aRejectionThatTheWatchdogFoundJustNowIsAnAnswer() {
        time.pass(Duration.ofSeconds(30));
        wechat.judge(Verdict.SUPERSEDED);
        assertThat(keeper.status(KEY).record().doubt()).as("one is no proof").isNull();
        CompletableFuture<Report> report = keeper.report(KEY, "first");
        wechat.grant("second");
        assertRefreshed(report, "second");
        assertThat(wechat.probes()).hasSize(1);
    }

    @Test
    void theWatchdogJoinsAProbeInFlight() {
        time.pass(Duration.ofSeconds(29).minusMillis(500));
        CompletableFuture<Report> report = keeper.report(KEY, "first");
        time.pass(Duration.ofSeconds(2));
        assertThat(wechat.probes()).as("the watchdog was due a second ago").hasSize(1);
        judge(Verdict.ALIVE);
        assertThat(report.join().outcome()).isEqualTo(Outcome.ALIVE);
        time.pass(Duration.ofSeconds(57));
        assertThat(wechat.probes()).as("its cadence counts from that probe").hasSize(1);
        time.pass(Duration.ofSeconds(2));
        assertThat(wechat.probes()).hasSize(2);
    }

    @Test
    void anInconclusiveProbeAnswersOnlyTheReportsThatCameBeforeIt() {
        time.pass(Duration.ofMinutes(6));
        wechat.judge(Verdict.ALIVE);
        time.pass(SECOND.multipliedBy(2));
        CompletableFuture<Report> early = keeper.report(KEY, "first");
        time.pass(TRIP);
        CompletableFuture<Report> later = keeper.report(KEY, "first");
        CompletableFuture<ServedToken> read = keeper.verified(KEY);
        int probes = wechat.probes().size();
        judge(Verdict.INCONCLUSIVE);
        assertThat(keeper.status(KEY).record().is(Level.SUSPECT)).isTrue();
        assertThat(later).isNotDone();
        assertThat(read).isNotDone();
        time.pass(SECOND);
        judge(Verdict.ALIVE);
        assertThat(wechat.probes()).hasSize(probes + 1);
        assertThat(later.join().outcome()).isEqualTo(Outcome.ALIVE);
        assertThat(read.join().token().value()).isEqualTo("first");
        wechat.grant("second");
        assertRefreshed(early, "second");
    }

    @Test
    void aProbeThatHangsDelaysAReportByASecondAtMost() {
        keeper.report(KEY, "first");
        time.pass(TRIP);
        CompletableFuture<Report> later = keeper.report(KEY, "first");
        time.pass(SECOND);
        assertThat(wechat.probes()).hasSize(2);
        judge(Verdict.ALIVE);
        assertThat(later.join().outcome()).isEqualTo(Outcome.ALIVE);
    }

    @Test
    void noMoreThanTwoProbesOfATokenHang() {
        List<CompletableFuture<Report>> reports = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            reports.add(keeper.report(KEY, "first"));
            time.pass(Duration.ofMillis(100));
        }
        assertThat(wechat.probes()).hasSize(2);
        CompletableFuture<ServedToken> read = keeper.verified(KEY);
        time.pass(Duration.ofSeconds(2));
        assertThat(read.join().token().value()).as("served unverified").isEqualTo("first");
        reports.add(keeper.report(KEY, "first"));
        wechat.probes().get(0).answer().complete(Verdict.ALIVE);
        assertThat(wechat.probes()).as("one has ended, so another is sent").hasSize(3);
        judge(Verdict.ALIVE);
        assertThat(reports.get(100).join().outcome()).isEqualTo(Outcome.ALIVE);
        assertThat(reports.get(80)).isCompletedExceptionally();
    }

    @Test
    void aNewTokenAnswersThoseThatWait() {
        time.pass(Duration.ofMinutes(110).minusSeconds(32));
        wechat.judge(Verdict.ALIVE);
        time.pass(Duration.ofSeconds(1).plusMillis(900));
        CompletableFuture<Report> early = keeper.report(KEY, "first");
        time.pass(TRIP);
        CompletableFuture<Report> later = keeper.report(KEY, "first");
        CompletableFuture<ServedToken> read = keeper.verified(KEY);
        int probes = wechat.probes().size();
        time.pass(TRIP);
        assertThat(early).isNotDone();
        wechat.grant("second");
        assertRefreshed(early, "second");
        assertRefreshed(later, "second");
        assertThat(read.join().token().value()).isEqualTo("second");
        time.pass(SECOND);
        assertThat(wechat.probes()).as("of a replaced token").hasSize(probes);
    }

    @Test
    void aTokenThatAnotherReplicaFindsDeadOrReplacesIsAnAnswerHere() {
        ScriptedStore shared = new ScriptedStore(time);
        TokenKeeper here = keeper("here", shared);
        TokenKeeper there = keeper("there", shared);
        here.start();
        time.pass(Duration.ZERO);
        wechat.grant("shared");
        there.start();
        time.pass(Duration.ofSeconds(30));
        assertThat(served(there)).isEqualTo("shared");

        CompletableFuture<Report> reportedHere = here.report(KEY, "shared");
        CompletableFuture<Report> reportedThere = there.report(KEY, "shared");
        judge(Verdict.SUPERSEDED);
        // Any value that is not known here makes a replica load the record, as a notification does.
        here.report(KEY, "unknown");
        assertThat(here.status(KEY).record().is(Level.DEAD)).isTrue();
        wechat.grant("next");
        here.report(KEY, "unknown");
        assertRefreshed(reportedThere, "next");
        assertRefreshed(reportedHere, "next");
    }

    @Test
    void tenThousandReportsOfALivingTokenCostOneProbeASecondAndNoFetch() {
        List<CompletableFuture<Report>> reports = new ArrayList<>();
        for (int second = 0; second < 10; second++) {
            for (int i = 0; i < 1_000; i++) {
                reports.add(keeper.report(KEY, "first"));
                time.pass(Duration.ofMillis(1));
                answerAll(Verdict.ALIVE);
            }
        }
        time.pass(SECOND);
        answerAll(Verdict.ALIVE);
        assertThat(reports)
                .allSatisfy(report -> assertThat(report.join().outcome()).isEqualTo(Outcome.ALIVE));
        assertThat(wechat.probes()).hasSizeBetween(10, 11);
        assertThat(wechat.fetches()).hasSize(1);
    }

    @Test
    void tenThousandReportsOfADeadTokenCostOneProbeAndOneFetch() {
        List<CompletableFuture<Report>> reports = new ArrayList<>(IntStream.range(0, 5_000)
                .mapToObj(i -> keeper.report(KEY, "first"))
                .toList());
        time.pass(TRIP);
        IntStream.range(0, 2_500).forEach(i -> reports.add(keeper.report(KEY, "first")));
        judge(Verdict.SUPERSEDED);
        IntStream.range(0, 2_500).forEach(i -> reports.add(keeper.report(KEY, "first")));
        time.pass(SECOND);
        wechat.grant("second");
        reports.forEach(report -> assertRefreshed(report, "second"));
        assertThat(wechat.probes()).hasSize(1);
        assertThat(wechat.fetches()).hasSize(2);
    }

    private TokenKeeper keeper(String name, TokenStore store) {
        return Keepers.of(
                store, name, List.of(new Account("main", KEY.appid(), Api.CLASSIC, Set.of(), 2000)), time, wechat);
    }

    /** Reports the first token, which WeChat judges after {@link #TRIP}. */
    private CompletableFuture<Report> reported(Verdict verdict) {
        CompletableFuture<Report> report = keeper.report(KEY, "first");
        time.pass(TRIP);
        judge(verdict);
        return report;
    }

    /** Begins the fetch of the next token, as WeChat rejects the current one. */
    private void rejected(String current) {
        keeper.report(KEY, current);
        judge(Verdict.SUPERSEDED);
    }

    /** Answers the last probe, which must be open. */
    private void judge(Verdict verdict) {
        assertThat(wechat.isProbed()).isTrue();
        wechat.judge(verdict);
    }

    private void answerAll(Verdict verdict) {
        if (wechat.isProbed()) {
            wechat.judge(verdict);
        }
    }

    private static String served(TokenKeeper keeper) {
        return keeper.current(KEY).join().token().value();
    }

    private static void assertRefreshed(CompletableFuture<Report> report, String value) {
        assertThat(report).isDone();
        assertThat(report.join().outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(report.join().served().token().value()).isEqualTo(value);
    }
}
