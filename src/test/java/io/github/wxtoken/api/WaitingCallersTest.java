package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests many more waiting callers than threads. */
@ExtendWith(OutputCaptureExtension.class)
final class WaitingCallersTest {

    private static final String[] FEW_THREADS = {
        "--server.tomcat.threads.max=3", "--spring.threads.virtual.enabled=false"
    };
    private static final int MANY = 60;

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
    void othersAreAnsweredWhileTheyWait() {
        wechat.faults().on(CallKind.TOKEN).always(Fault.HELD);
        try (RunningServer server = RunningServer.start(wechat, FEW_THREADS)) {
            wechat.faults().awaitHeld(1);
            List<CompletableFuture<Answer>> waiting = IntStream.range(0, MANY)
                    .mapToObj(i -> i % 2 == 0 ? server.getLater("/token") : server.reportLater(null))
                    .toList();
            assertThat(server.get("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(server.get("/token?x").status()).isEqualTo(400);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);

            wechat.faults().clear();
            assertThat(RunningServer.all(waiting)).extracting(Answer::status).containsOnly(200);
            assertThat(wechat.journal().attempts(APPID)).isEqualTo(1);
        }
    }

    @Test
    void nobodyWaitsLongerThanThreeSeconds() {
        wechat.faults().on(CallKind.TOKEN).always(Fault.HELD);
        try (RunningServer server = RunningServer.start(wechat, FEW_THREADS)) {
            wechat.faults().awaitHeld(1);
            List<CompletableFuture<Answer>> waiting = IntStream.range(0, MANY)
                    .mapToObj(i -> server.getLater("/token"))
                    .toList();
            assertThat(RunningServer.all(waiting)).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
                assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
                assertThat(answer.header("Retry-After")).isEqualTo("1");
                assertThat(answer.json().path("detail").asString()).contains("WeChat has not answered yet");
            });
            wechat.faults().clear();
        }
    }

    @Test
    void aCallerWhoIsGoneHarmsNobody(CapturedOutput output) {
        wechat.faults().on(CallKind.TOKEN).always(Fault.HELD);
        try (RunningServer server = RunningServer.start(wechat, FEW_THREADS)) {
            wechat.faults().awaitHeld(1);
            for (int i = 0; i < MANY; i++) {
                try (Wire wire = new Wire(server.url().getPort())) {
                    wire.send("GET /token HTTP/1.1\r\nHost: localhost\r\n\r\n");
                }
            }
            CompletableFuture<Answer> patient = server.getLater("/token");
            assertThat(server.get("/actuator/health/liveness").status()).isEqualTo(200);
            wechat.faults().clear();
            assertThat(patient.join().status()).isEqualTo(200);
            assertThat(server.get("/token").status()).isEqualTo(200);
        }
        assertThat(output.getAll()).doesNotContain("ERROR", "Exception");
    }
}
