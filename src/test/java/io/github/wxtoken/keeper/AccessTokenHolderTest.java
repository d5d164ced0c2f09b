package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.NOON;
import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.committed;
import static io.github.wxtoken.token.Records.withClaimOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests that the account of an access_token is found without a search through all accounts. */
final class AccessTokenHolderTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0");

    private final ManualScheduler time = new ManualScheduler(NOON);
    private final HandFedSource wechat = new HandFedSource();
    private final MemoryTokenStore store = new MemoryTokenStore(time);
    private int clockReads;

    private TokenKeeper keeper(int accounts) {
        InstantSource counted = () -> {
            clockReads++;
            return time.instant();
        };
        List<Account> all = IntStream.range(0, accounts)
                .mapToObj(i -> new Account("account" + i, "wx" + i, Api.CLASSIC, Set.of(), 2000))
                .toList();
        TokenKeeper keeper = new TokenKeeper(
                new Accounts(all),
                store,
                wechat,
                new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ofMinutes(1)),
                counted,
                time,
                () -> 0,
                "me",
                List.of());
        keeper.start();
        return keeper;
    }

    @Test
    void aLookupTouchesNoAccountButTheHolder() {
        for (int i = 0; i < 10_000; i++) {
            TokenKey key = TokenKey.accessToken("wx" + i);
            TokenStore.Stored stored = store.load(key);
            TokenRecord claimed = stored.record().claim("me", NOON, POLICY);
            assertThat(store.replace(key, stored, committed(claimed, "token " + i, 0)))
                    .isTrue();
        }
        TokenKeeper keeper = keeper(10_000);
        // Each slot that is asked whether its token may be used reads the clock.
        clockReads = 0;
        assertThat(keeper.holderOf("token 9999")).contains("wx9999");
        assertThat(clockReads).isEqualTo(1);
        assertThat(keeper.holderOf("token 10000")).isEmpty();
        assertThat(clockReads).isEqualTo(1);
    }

    @Test
    void thePreviousTokenIsFoundInItsGraceWindowOnly() {
        TokenKeeper keeper = keeper(1);
        time.pass(Duration.ZERO);
        assertThat(keeper.holderOf("first")).isEmpty();
        wechat.grant("first");
        assertThat(keeper.holderOf("first")).contains("wx0");
        time.pass(Duration.ofMinutes(110));
        wechat.grant("second");
        assertThat(keeper.holderOf("second")).contains("wx0");
        time.pass(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(keeper.holderOf("first")).contains("wx0");
        time.pass(Duration.ofSeconds(1));
        assertThat(keeper.holderOf("first")).isEmpty();
        assertThat(keeper.holderOf("second")).contains("wx0");
    }

    @Test
    void aDeadTokenHasNoHolderUntilItIsFoundAlive() {
        TokenKeeper keeper = keeper(1);
        time.pass(Duration.ZERO);
        wechat.grant("first");
        time.pass(Duration.ofSeconds(30));
        keeper.report(KEY, "first");
        wechat.judge(Verdict.EXPIRED);
        assertThat(keeper.holderOf("first")).isEmpty();
        wechat.refuse(Advice.OPERATOR);
        time.pass(Duration.ofMinutes(1));
        assertThat(wechat.isProbed()).isTrue();
        wechat.judge(Verdict.ALIVE);
        assertThat(keeper.holderOf("first")).contains("wx0");
    }

    @Test
    void aTokenThatAnotherReplicaFetchedIsFound() {
        TokenKeeper keeper = keeper(2);
        time.pass(Duration.ZERO);
        TokenKey key = TokenKey.accessToken("wx1");
        TokenStore.Stored stored = store.load(key);
        TokenRecord theirs = committed(withClaimOf(stored.record(), "you"), "theirs", 0);
        assertThat(store.replace(key, stored, theirs)).isTrue();
        assertThat(keeper.holderOf("theirs")).contains("wx1");
    }
}
