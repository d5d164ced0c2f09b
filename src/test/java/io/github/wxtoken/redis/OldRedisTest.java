package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.TokenStore.Stored;
import io.github.wxtoken.token.TokenStoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Tests a whole server on a real Redis that is older than required. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the old binaries are for no other machine")
@ExtendWith(OutputCaptureExtension.class)
class OldRedisTest {

    private final WeChatSimulator wechat = WeChatSimulator.builder()
            // Redis cannot follow a simulated clock.
            .clock(InstantSource.system())
            .start();
    private final Account account = wechat.account(RunningServer.APPID, RunningServer.SECRET);

    @AfterEach
    void stop() {
        wechat.close();
    }

    /**
     * The first knows neither RESP3 nor users. The second knows both and is the last minor version that is too old.
     */
    @ParameterizedTest
    @ValueSource(strings = {"2.8.19", "6.0.5"})
    void aRedisThatIsTooOldIsToldAsSuchUntilANewerOneTakesItsPlace(String version, CapturedOutput output) {
        String told = "Redis is too old: wxtoken needs 6.2 or newer, or Valkey. [" + version + "]";
        try (RealRedis redis = RealRedis.old(version);
                RunningServer replica = replica(redis)) {
            Answer none = replica.getUntil(
                    "/token", answer -> answer.response().body().contains(told));
            assertThat(none.status()).isEqualTo(503);
            Answer health = replica.getUntil(
                    "/actuator/health", answer -> answer.response().body().contains(told));
            assertThat(health.json().path("status").asString()).isEqualTo("DOWN");
            assertThat(replica.get("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(replica.get("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(account.issued()).isZero();
            redis.stop();
            redis.startAgain();
            replica.getUntil("/token", answer -> answer.status() == 200);
            replica.getUntil(
                    "/actuator/health",
                    answer -> answer.json().path("status").asString().equals("UP"));
            assertThat(account.issued()).isEqualTo(1);
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("StoreOutages") && line.contains(told)))
                .hasSize(1);
    }

    /** A write before the first version check must fail. */
    @Test
    void nothingIsDoneBeforeItIsKnownHowOldItIs() {
        try (RealRedis redis = RealRedis.old("6.0.5")) {
            LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", redis.port());
            connections.afterPropertiesSet();
            connections.start();
            StringRedisTemplate template = new StringRedisTemplate(connections);
            ChangeFeed neverStarted = new ChangeFeed(
                    template, new RedisMessageListenerContainer(), new RedisConnections(), InstantSource.system());
            RecordFormat format = new RecordFormat(TokenEncryption.with(new RedisProperties(List.of())));
            TokenStore store = new RedisTokenStore(template, format, neverStarted, Runnable::run);
            TokenKey key = TokenKey.accessToken(RunningServer.APPID);
            Stored empty = new Stored(TokenRecord.EMPTY, 0, Instant.EPOCH, null);
            assertThatThrownBy(() -> store.replace(key, empty, TokenRecord.EMPTY))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("is too old");
            assertThat(template.keys("*")).isEmpty();
            connections.destroy();
        }
    }

    /** A Redis without users rejects a login with a user name before its version can be queried. */
    @Test
    void oneThatKnowsNoUsersIsToldAsTooOldAsWell() {
        try (RealRedis redis = RealRedis.old("2.8.19", "requirepass right")) {
            RedisStandaloneConfiguration to = new RedisStandaloneConfiguration("127.0.0.1", redis.port());
            to.setUsername("wxtoken");
            to.setPassword("right");
            LettuceConnectionFactory connections = new LettuceConnectionFactory(to);
            connections.afterPropertiesSet();
            connections.start();
            StringRedisTemplate template = new StringRedisTemplate(connections);
            // Lettuce closes the connection after the error. It may report that instead, so ask again as the feed does.
            String reported = "";
            for (int attempt = 0; attempt < 5 && !reported.contains("is too old"); attempt++) {
                Throwable failure = catchThrowable(() -> RedisFailures.call(() -> template.hasKey("x")));
                reported = String.valueOf(failure);
            }
            assertThat(reported).contains("is too old");
            connections.destroy();
        }
    }

    private RunningServer replica(RealRedis redis) {
        return RunningServer.start(
                wechat,
                "--wxtoken.store=redis",
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + redis.port());
    }
}
