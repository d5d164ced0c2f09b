package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static io.github.wxtoken.RunningServer.all;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.MovableClock;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the life of a token from outside: the whole server over real sockets, on a simulated WeChat. */
class ServerTest {

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();

    @BeforeEach
    void openAccount() {
        wechat.account(APPID, SECRET);
    }

    @AfterEach
    void close() {
        wechat.close();
    }

    @Test
    void fiftyParallelCallersOfAColdStartCauseOneMint() {
        wechat.faults().on(CallKind.TOKEN).always(Fault.HELD);
        try (RunningServer server = RunningServer.start(wechat)) {
            wechat.faults().awaitHeld(1);
            List<CompletableFuture<Answer>> calls = IntStream.range(0, 50)
                    .mapToObj(i -> server.getLater("/token"))
                    .toList();
            // The answer to one more request shows that all the earlier ones have arrived.
            assertThat(server.get("/actuator/health/liveness").status()).isEqualTo(200);
            wechat.faults().clear();
            assertThat(all(calls))
                    .allSatisfy(answer ->
                            assertThat(answer.status()).as(answer.toString()).isEqualTo(200));
            assertThat(wechat.journal().attempts(APPID)).isEqualTo(1);
        }
    }

    @Test
    void fiveHundredParallelReportsOfADeadTokenCauseOneMint() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String dead = server.token();
            clock().advance(Duration.ofSeconds(30));
            wechat.account(APPID).kill();
            List<CompletableFuture<Answer>> calls = IntStream.range(0, 500)
                    .mapToObj(i -> server.reportLater(dead))
                    .toList();
            List<Answer> answers = all(calls).toList();
            String fresh = server.token();
            assertThat(fresh).isNotEqualTo(dead);
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                assertThat(answer.json().path("access_token").asString()).isEqualTo(fresh);
                assertThat(answer.json().path("outcome").asString()).isIn("refreshed", "superseded");
            });
            assertThat(wechat.journal().attempts(APPID)).isEqualTo(2);
            assertThat(wechat.journal().probes(APPID)).isEqualTo(1);
        }
    }

    @Test
    void aPlannedRefreshGoesUnnoticed() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String old = server.token();
            clock().advance(Duration.ofMinutes(110));
            Answer fresh = server.getUntil(
                    "/token",
                    answer -> !answer.json().path("access_token").asString().equals(old));
            assertThat(fresh.status()).isEqualTo(200);
            assertThat(fresh.json().path("expires_in").asLong()).isBetween(6830L, 6900L);
            assertThat(wechat.wasAlive(old, clock().instant()))
                    .as("the grace window")
                    .isTrue();
            int calls = wechat.journal().calls().size();
            Answer report = server.report(old);
            assertThat(report.json().path("outcome").asString()).isEqualTo("superseded");
            assertThat(report.json().path("access_token").asString())
                    .isEqualTo(fresh.json().path("access_token").asString());
            assertThat(wechat.journal().calls()).as("no call upstream").hasSize(calls);
        }
    }

    @Test
    void aGoodTokenThatIsReportedIsGivenBack() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String good = server.token();
            List<CompletableFuture<Answer>> reports = IntStream.range(0, 50)
                    .mapToObj(i -> server.reportLater(i % 2 == 0 ? good : null))
                    .toList();
            for (Answer report : RunningServer.all(reports).toList()) {
                assertThat(report.json().path("outcome").asString()).isEqualTo("alive");
                assertThat(report.json().path("access_token").asString()).isEqualTo(good);
            }
            assertThat(wechat.journal().attempts(APPID)).isEqualTo(1);
            // All reports are there within seconds, and each second has one.
            assertThat(wechat.journal().probes(APPID)).isBetween(1, 4);
        }
    }

    @Test
    void theWatchdogFindsOutThatSomebodyElseMints() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String old = server.token();
            wechat.account(APPID).mintOutOfBand();
            clock().advance(Duration.ofSeconds(301));
            wechat.journal().awaitCalls(3);
            clock().advance(Duration.ofSeconds(6));
            Answer fresh = server.getUntil(
                    "/token",
                    answer -> answer.status() == 200
                            && !answer.json().path("access_token").asString().equals(old));
            assertThat(wechat.platform()
                            .check(fresh.json().path("access_token").asString())
                            .code())
                    .isZero();
            assertThat(server.get("/actuator/health").toString()).contains("contested");
        }
    }

    @Test
    void aServerThatCannotReachWeChatStartsAndHealsByItself() {
        wechat.host(0).down();
        wechat.host(1).down();
        try (RunningServer server = RunningServer.start(wechat)) {
            Answer refused = server.get("/token");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertThat(refused.json().path("hint").asString()).isNotEmpty();
            assertThat(server.get("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(server.get("/actuator/health/readiness").status()).isEqualTo(503);
            wechat.host(1).up();
            server.getUntil("/token", answer -> answer.status() == 200);
            assertThat(server.get("/actuator/health/readiness").status()).isEqualTo(200);
        }
    }

    private MovableClock clock() {
        return wechat.clock();
    }
}
