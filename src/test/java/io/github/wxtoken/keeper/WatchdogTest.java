package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the watchdog with more accounts than lanes. */
class WatchdogTest {

    private static final int ACCOUNTS = Watchdog.LANES + 8;

    private final ManualScheduler time = new ManualScheduler(Instant.parse("2026-11-22T04:00:00Z"));
    private final HandFedSource wechat = new HandFedSource();

    @BeforeEach
    void allHaveATokenThatIsAMinuteOld() {
        List<Account> accounts = IntStream.range(0, ACCOUNTS)
                .mapToObj(i -> new Account("account" + i, "wx" + i, Api.CLASSIC, Set.of(), 2000))
                .toList();
        TokenKeeper keeper = Keepers.of(accounts, time, wechat);
        keeper.start();
        time.pass(Duration.ZERO);
        grantAll();
        time.pass(Duration.ZERO);
        grantAll();
        assertThat(wechat.fetches()).hasSize(ACCOUNTS);
        time.pass(Duration.ofMinutes(1));
    }

    @Test
    void asManyAreAskedAtOnceAsThereAreLanes() {
        assertThat(wechat.probes()).hasSize(Watchdog.LANES);
    }

    @Test
    void aVerdictGivesItsLaneToTheNext() {
        judgeAll(Verdict.ALIVE);
        time.pass(Duration.ZERO);
        assertThat(wechat.probes()).hasSize(ACCOUNTS);
        assertThat(wechat.probes().stream().map(HandFedSource.Call::key)).doesNotHaveDuplicates();
        judgeAll(Verdict.INCONCLUSIVE);
        for (int minute = 2; minute < 10; minute++) {
            time.pass(Duration.ofMinutes(1));
            judgeAll(Verdict.ALIVE);
            time.pass(Duration.ZERO);
            judgeAll(Verdict.ALIVE);
            assertThat(wechat.probes()).hasSize(minute * ACCOUNTS);
        }
    }

    @Test
    void aProbeThatIsNeverAnsweredGivesItsLaneBackAfterTwentySeconds() {
        time.pass(Duration.ofSeconds(19));
        assertThat(wechat.probes()).hasSize(Watchdog.LANES);
        time.pass(Duration.ofSeconds(1));
        assertThat(wechat.probes()).hasSize(ACCOUNTS);
    }

    private void grantAll() {
        wechat.fetches()
                .forEach(call -> call.answer().complete(new Fetched(call.key().appid(), 7200L)));
    }

    private void judgeAll(Verdict verdict) {
        wechat.probes().forEach(call -> call.answer().complete(verdict));
    }
}
