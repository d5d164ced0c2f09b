package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that callers who keep a token for exactly its {@code expiresIn} never call WeChat with a dead one. */
class HonestLifeTest {

    private static final TokenKey KEY = TokenKey.accessToken(ModelWeChat.APPID);
    private static final int CALLERS = 20;

    @ParameterizedTest(name = "a {2} token of {0} s, {1} of the calls in trouble")
    @CsvSource({
        "7200, 0,   CLASSIC",
        "7200, 0.3, CLASSIC",
        "7200, 0.7, CLASSIC",
        "1800, 0.3, CLASSIC",
        "600,  0,   CLASSIC",
        "60,   0,   CLASSIC",
        "30,   0.1, CLASSIC",
        "7200, 0,   STABLE",
        "7200, 0.3, STABLE",
        "7200, 0.7, STABLE",
        "600,  0.3, STABLE",
    })
    void aDayOfCachingCallersSeesNoDeadToken(long life, double trouble, Api api) {
        ManualScheduler time = new ManualScheduler(Instant.parse("2026-11-22T04:00:00Z"));
        Random random = new Random(life);
        Witness witness = new Witness(time, 20_000, api);
        ModelWeChat wechat = new ModelWeChat(time, random, witness, api);
        // A lost answer may have minted, which no server can foresee; refusals and broken connections must do no harm.
        wechat.loseAnswers(false);
        wechat.expiresIn(life);
        TokenKeeper keeper = new TokenKeeper(
                new Accounts(List.of(new Account("main", ModelWeChat.APPID, api, Set.of(), 20_000))),
                new MemoryTokenStore(time),
                wechat,
                new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ofMinutes(1)),
                time,
                time,
                random,
                "me",
                List.of());
        keeper.start();
        time.pass(Duration.ofSeconds(1));
        wechat.trouble(trouble);

        @Nullable Caller[] callers = new Caller[CALLERS];
        int calls = 0;
        int dead = 0;
        Instant end = time.instant().plus(Duration.ofDays(1));
        while (time.instant().isBefore(end)) {
            int i = random.nextInt(CALLERS);
            Caller caller = callers[i];
            if (caller == null || !time.instant().isBefore(caller.keepUntil)) {
                ServedToken served = keeper.status(KEY).served();
                caller = served == null
                        ? null
                        : new Caller(served.token().value(), time.instant().plusSeconds(served.expiresIn()));
                callers[i] = caller;
            }
            if (caller != null) {
                calls++;
                dead += witness.alive(caller.token, time.instant()) ? 0 : 1;
            }
            time.pass(Duration.ofMillis(random.nextInt(2000)));
        }
        assertThat(calls).isGreaterThan(5_000);
        assertThat(dead).isZero();
        if (api == Api.STABLE) {
            assertThat(wechat.forcedCalls()).isZero();
            if (trouble == 0) {
                // One fetch each time the last five minutes begin; every fetch yields a new token.
                assertThat(wechat.fetches()).isEqualTo(wechat.account.issuedStable());
                assertThat(wechat.fetches()).isLessThanOrEqualTo((int) (86_400 / (life - 300) + 2));
            }
        }
    }

    private record Caller(String token, Instant keepUntil) {}
}
