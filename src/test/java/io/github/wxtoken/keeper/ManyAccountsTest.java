package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource.Fetched;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests ten thousand accounts that share a limited number of lanes. */
class ManyAccountsTest {

    private static final int ACCOUNTS = 10_000;

    private final ManualScheduler time = new ManualScheduler(Instant.parse("2026-11-22T04:00:00Z"));
    private final HandFedSource wechat = new HandFedSource();

    @Test
    void accountsThatHangDelayNoOtherWhileALaneIsLeft() {
        List<Account> accounts = IntStream.range(0, ACCOUNTS)
                .mapToObj(i -> new Account("account" + i, "wx" + i, Api.CLASSIC, Set.of(), 2000))
                .toList();
        TokenKeeper keeper = Keepers.of(accounts, time, wechat);
        keeper.start();
        time.pass(Duration.ZERO);
        assertThat(wechat.fetches()).hasSize(Refresher.LANES);
        // The first 31 fetches never get an answer, which leaves one lane for all other accounts.
        for (int i = Refresher.LANES - 1; i < ACCOUNTS; i++) {
            HandFedSource.Call<Fetched> call = wechat.last();
            assertThat(call.key().appid()).as("the newest fetch").isEqualTo("wx" + i);
            call.answer().complete(new Fetched("token " + i, 7200L));
            time.pass(Duration.ZERO);
        }
        assertThat(keeper.current(TokenKey.accessToken("wx9999")).join().token().value())
                .isEqualTo("token 9999");
        assertThat(keeper.current(TokenKey.accessToken("wx0"))).isNotDone();
    }
}
