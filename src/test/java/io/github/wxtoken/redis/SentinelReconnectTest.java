package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests a server whose primary falls silent, with its connections open, and is replaced by Sentinels. */
@Tag("processes")
class SentinelReconnectTest {

    @Test
    void aPromotedStandbyIsUsedThoughThePrimaryKeepsItsConnections() {
        try (WeChatSimulator wechat =
                        // Redis cannot follow a simulated clock.
                        WeChatSimulator.builder().clock(InstantSource.system()).start();
                SentinelRedis redis = new SentinelRedis()) {
            Account account = wechat.account(RunningServer.APPID, RunningServer.SECRET);
            try (RunningServer server = RunningServer.start(
                    wechat,
                    "--wxtoken.store=redis",
                    "--spring.data.redis.sentinel.master=" + SentinelRedis.NAME,
                    "--spring.data.redis.sentinel.nodes=" + redis.nodes())) {
                String token = server.token();
                int fresh = expiresIn(server.get("/token"));
                // No token is minted this soon after the last one.
                server.getUntil("/token", answer -> expiresIn(answer) < fresh - 6);
                until(Duration.ofSeconds(30), redis::ready);

                redis.silencePrimary();
                until(Duration.ofSeconds(30), redis::failedOver);
                account.kill();

                until(Duration.ofSeconds(15), () -> {
                    Answer answer = server.report(token);
                    return answer.status() == 200
                            && !answer.json()
                                    .path("access_token")
                                    .asString(token)
                                    .equals(token);
                });
                server.getUntil(
                        "/actuator/health",
                        answer -> answer.json().path("status").asString().equals("UP"));
                assertThat(account.issued())
                        .as("the first token and its replacement")
                        .isEqualTo(2);
            }
        }
    }

    private static int expiresIn(Answer answer) {
        return answer.json().path("expires_in").asInt();
    }

    private static void until(Duration within, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(within);
            LockSupport.parkNanos(50_000_000);
        }
        System.out.printf("condition met after %s%n", Duration.ofNanos(System.nanoTime() - begin));
    }
}
