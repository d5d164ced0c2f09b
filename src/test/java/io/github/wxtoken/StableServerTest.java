package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the whole server with an account that uses the stable API. */
final class StableServerTest {

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final Account account = wechat.account(APPID, SECRET);
    private final RunningServer server = RunningServer.start(wechat, "--wxtoken.accounts.account1.api=stable");

    @AfterEach
    void close() {
        server.close();
        wechat.close();
    }

    @Test
    void manyReportsOfADeadTokenCauseOneForcedRefresh() {
        String dead = server.getUntil("/token", answer -> answer.status() == 200)
                .json()
                .path("access_token")
                .asString();
        wechat.clock().advance(Duration.ofSeconds(30));
        account.killStable();
        List<CompletableFuture<Answer>> reports =
                Stream.generate(() -> server.reportLater(dead)).limit(100).toList();
        assertThat(RunningServer.all(reports)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("access_token").asString()).isNotEqualTo(dead);
        });
        assertThat(account.forcedToday()).isEqualTo(1);
        assertThat(wechat.journal().calls(APPID, CallKind.STABLE_TOKEN)).isEqualTo(3);
        assertThat(wechat.journal().attempts(APPID)).isZero();
    }

    @Test
    void whoElseAsksGetsTheSameTokenAndEndsNothing() {
        String token = server.getUntil("/token", answer -> answer.status() == 200)
                .json()
                .path("access_token")
                .asString();
        for (int i = 0; i < 5; i++) {
            wechat.platform().stable(APPID, SECRET, false, "203.0.113.7");
            account.mintOutOfBand();
        }
        wechat.clock().advance(Duration.ofMinutes(30));
        assertThat(server.report(token).json().path("outcome").asString()).isEqualTo("alive");
        assertThat(server.token()).isEqualTo(token);
    }
}
