package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.committed;
import static io.github.wxtoken.token.Records.minted;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests reports to a replica that has not yet received the changes that other replicas wrote to the store. */
class ReportsTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");

    private final ManualScheduler time = new ManualScheduler(NOON);
    private final ScriptedStore store = new ScriptedStore(time);
    private final HandFedSource wechat = new HandFedSource();
    private final TokenKeeper keeper = Keepers.of(
            store, "me", List.of(new Account("main", KEY.appid(), Api.CLASSIC, Set.of(), 2000)), time, wechat);
    private final TokenRecord first = minted();
    private final TokenRecord second = committed(first.claim("you", at(6600), POLICY), "theirs", 6600);

    @BeforeEach
    void anotherReplicaRefreshes() {
        store.shows(first, 2);
        keeper.start();
        time.pass(Duration.ofSeconds(10));
        store.shows(second, 4);
    }

    @Test
    void aValueThatWasNeverSeenIsLookedUpInTheStore() {
        CompletableFuture<Report> report = keeper.report(KEY, "theirs");
        assertThat(wechat.probes()).singleElement().satisfies(probe -> assertThat(probe.value())
                .isEqualTo("theirs"));
        wechat.judge(Verdict.ALIVE);
        assertThat(report.join().outcome()).isEqualTo(Report.Outcome.ALIVE);
        assertThat(report.join().served().token().value()).isEqualTo("theirs");
    }

    @Test
    void theReportedTokenItselfIsNoAnswerHoweverNewItIsHere() {
        CompletableFuture<Report> report = keeper.report(KEY, "theirs");
        time.pass(Duration.ofSeconds(3));
        assertThat(report)
                .as("WeChat has not said whether it takes it")
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(TokenUnavailableException.class);
    }

    @Test
    void garbageIsAnsweredWithTheNewestTokenOfTheStore() {
        Report report = keeper.report(KEY, "garbage").join();
        assertThat(report.outcome()).isEqualTo(Report.Outcome.SUPERSEDED);
        assertThat(report.served().token().value()).isEqualTo("theirs");
        assertThat(wechat.probes()).isEmpty();
    }

    @Test
    void aVerdictOnATokenThatAnotherReplicaHasReplacedCostsNoFetch() {
        CompletableFuture<Report> report = keeper.report(KEY, "t");
        wechat.judge(Verdict.SUPERSEDED);
        assertThat(report.join().served().token().value()).isEqualTo("theirs");
        assertThat(wechat.fetches()).isEmpty();
        assertThat(keeper.status(KEY).record().contestedAt()).isNull();
    }
}
