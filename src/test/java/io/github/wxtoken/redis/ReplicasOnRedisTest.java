package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests whole servers that share one account through a real Redis. */
class ReplicasOnRedisTest {

    private final WeChatSimulator wechat = WeChatSimulator.builder()
            // Redis cannot follow a simulated clock.
            .clock(InstantSource.system())
            .start();
    private final Account account = wechat.account(RunningServer.APPID, RunningServer.SECRET);
    private final RealRedis redis = new RealRedis();
    private final List<RunningServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(RunningServer::close);
        redis.close();
        wechat.close();
    }

    @Test
    void oneTokenIsMintedForAllOfThem() {
        String token = replica().token();
        assertThat(replica().token()).isEqualTo(token);
        assertThat(replica().token()).isEqualTo(token);
        assertThat(account.issued()).isEqualTo(1);
    }

    @Test
    void reportsToAllOfThemMintOnce() {
        List<RunningServer> replicas = List.of(replica(), replica(), replica());
        String dead = replicas.get(0).token();
        int fresh = expiresIn(replicas.get(0).get("/token"));
        // No token is minted this soon after the last one.
        replicas.forEach(replica -> replica.getUntil("/token", answer -> expiresIn(answer) < fresh - 6));
        account.kill();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(replicas.get(i % 3).reportLater(dead));
        }
        List<String> tokens = answers.stream()
                .map(CompletableFuture::join)
                .map(answer -> answer.json().path("access_token").asString())
                .distinct()
                .toList();
        assertThat(tokens).hasSize(1).doesNotContain(dead);
        assertThat(account.issued()).isEqualTo(2);
        replicas.forEach(replica -> assertThat(replica.token()).isEqualTo(tokens.get(0)));
    }

    @Test
    void withoutRedisTheTokenIsServedAndAfterItComesBackItIsTheSame() {
        RunningServer replica = replica();
        String token = replica.token();
        redis.stop();
        replica.getUntil("/actuator/health", answer -> answer.response().body().contains("DEGRADED"));
        assertThat(replica.token()).isEqualTo(token);
        assertThat(replica.report(token).json().path("outcome").asString()).isEqualTo("alive");
        redis.startAgain();
        replica.getUntil("/actuator/health", answer -> !answer.response().body().contains("DEGRADED"));
        assertThat(replica.token()).isEqualTo(token);
        assertThat(replica().token()).as("was given back to the empty Redis").isEqualTo(token);
        assertThat(account.issued()).isEqualTo(1);
    }

    @Test
    void aReplicaThatStartsWithoutRedisSaysSoAndServesAsSoonAsItIsThere() {
        redis.stop();
        RunningServer replica = replica();
        Answer none = replica.get("/token");
        assertThat(none.status()).isEqualTo(503);
        assertThat(none.response().body()).contains("Redis cannot be reached");
        assertThat(account.issued()).isZero();
        redis.startAgain();
        replica.getUntil("/token", answer -> answer.status() == 200);
        assertThat(account.issued()).isEqualTo(1);
    }

    @Test
    void aWrongPasswordIsToldAsSuch() {
        redis.stop();
        redis.startAgain("requirepass right");
        RunningServer replica = replica("--spring.data.redis.password=canary-password");
        Answer none = replica.get("/token");
        assertThat(none.status()).isEqualTo(503);
        assertThat(none.response().body()).contains("spring.data.redis.").doesNotContain("canary-password");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void neitherTokensNorPasswordsAreLogged(CapturedOutput output) {
        String password = "canary-right-password";
        String key = "Y2FuYXJ5LWVuY3J5cHRpb24ta2V5LWNhbmFyeS0xMjM=";
        redis.stop();
        redis.startAgain("requirepass " + password);
        RunningServer replica = replica(
                "--logging.level.root=DEBUG",
                "--logging.level.jdk.internal.httpclient=INFO",
                "--spring.data.redis.password=" + password,
                "--wxtoken.redis.encryption-key=" + key);
        String token = replica.token();
        replica.report("a token that is not known");
        redis.stop();
        replica.getUntil("/actuator/health", answer -> answer.response().body().contains("DEGRADED"));
        replica.report(token);
        replica.close();
        servers.clear();
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
        assertThat(output.getAll()).contains("DEBUG").doesNotContain(token, password, key);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aWrongEncryptionKeyStopsTheStart(CapturedOutput output) {
        assertThatThrownBy(() -> replica("--wxtoken.redis.encryption-key=canary"))
                .isInstanceOf(RuntimeException.class);
        assertThat(output.getAll())
                .contains("Property: wxtoken.redis.encryption-key[0]", "openssl rand -base64 32")
                .doesNotContain("canary");
    }

    private static int expiresIn(Answer answer) {
        return answer.json().path("expires_in").asInt();
    }

    private RunningServer replica(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--wxtoken.store=redis",
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + redis.port()));
        all.addAll(List.of(arguments));
        RunningServer server = RunningServer.start(wechat, all.toArray(String[]::new));
        servers.add(server);
        return server;
    }
}
