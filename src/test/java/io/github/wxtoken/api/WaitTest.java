package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
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

/** Tests callers that wait for a new token. */
@ExtendWith(OutputCaptureExtension.class)
final class WaitTest {

    private static final int MANY = 200;

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();
    private final Account account = wechat.account(APPID, SECRET);
    private final RunningServer server = RunningServer.start(
            wechat,
            "--server.tomcat.threads.max=3",
            "--spring.threads.virtual.enabled=false",
            "--wxtoken.accounts.account1.tickets=jsapi");
    private String version = "";

    @BeforeEach
    void everythingIsFetched() {
        version = server.getUntil("/token", answer -> answer.status() == 200).header("ETag");
        server.getUntil("/ticket?type=jsapi", answer -> answer.status() == 200);
    }

    @AfterEach
    void close() {
        server.close();
        wechat.close();
    }

    @Test
    void allAreToldOfANewToken() {
        List<CompletableFuture<Answer>> waiting = IntStream.range(0, MANY)
                .mapToObj(i -> server.getLater("/token?wait=60", "If-None-Match", version))
                .toList();
        awaitWaiting(MANY);
        // Waiting holds no thread.
        assertThat(server.get("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        wechat.clock().advance(Duration.ofSeconds(10));
        account.kill();
        assertThat(server.report(null).status()).isEqualTo(200);
        String replaced = server.get("/token").header("ETag");
        assertThat(RunningServer.all(waiting)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("ETag")).isEqualTo(replaced).isNotEqualTo(version);
        });
        assertThat(server.bean(TokenKeeper.class).waiting()).isZero();
    }

    @Test
    void whoHasAnotherVersionIsAnsweredAtOnce() {
        assertThat(server.getLater("/token?wait=60", "If-None-Match", "\"1\"")
                        .join()
                        .status())
                .isEqualTo(200);
        assertThat(server.getLater("/token?wait=60", "If-None-Match", "no version")
                        .join()
                        .status())
                .isEqualTo(200);
        // A version of the future, as after the loss of a store, also counts as a different one.
        assertThat(server.getLater("/token?wait=60", "If-None-Match", "\"99999999999999\"")
                        .join()
                        .status())
                .isEqualTo(200);
        assertThat(server.get("/token?wait=60").status()).isEqualTo(200);
        assertThat(server.getLater("/token?wait=0", "If-None-Match", version)
                        .join()
                        .status())
                .isEqualTo(304);
    }

    @Test
    void whenTheWaitIsOverNothingIsNew() {
        for (String tag : List.of(version, "W/" + version, "\"1\", " + version)) {
            assertThat(server.getLater("/token?wait=1", "If-None-Match", tag)
                            .join()
                            .status())
                    .as(tag)
                    .isEqualTo(304);
        }
    }

    @Test
    void theSameGoesForTickets() {
        String ticket = server.get("/ticket?type=jsapi").header("ETag");
        CompletableFuture<Answer> waiting = server.getLater("/ticket?type=jsapi&wait=60", "If-None-Match", ticket);
        awaitWaiting(1);
        account.endTicket("jsapi");
        wechat.clock().advance(Duration.ofMinutes(2));
        server.send("POST", "/ticket/refresh?type=jsapi", BodyPublishers.noBody());
        assertThat(waiting.join().header("ETag")).isNotEqualTo(ticket);
        assertThat(waiting.join().status()).isEqualTo(200);
    }

    @Test
    void whoWaitsIsAnsweredWhenTheServerStops() {
        CompletableFuture<Answer> waiting = server.getLater("/token?wait=60", "If-None-Match", version);
        awaitWaiting(1);
        server.close();
        assertThat(waiting.join().status()).isEqualTo(304);
    }

    @Test
    void aDisconnectedClientNoLongerWaits(CapturedOutput output) {
        try (Wire wire = new Wire(server.url().getPort())) {
            wire.send("GET /token?wait=60 HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + version + "\r\n\r\n");
            awaitWaiting(1);
        }
        server.getUntil(
                "/actuator/health/liveness",
                answer -> server.bean(TokenKeeper.class).waiting() == 0);
        assertThat(output).doesNotContain(" WARN ", " ERROR ");
    }

    @Test
    void aPipelinedRequestIsAnsweredAfterTheWait() {
        try (Wire wire = new Wire(server.url().getPort())) {
            wire.send("GET /token?wait=5 HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + version + "\r\n\r\n");
            awaitWaiting(1);
            wire.send("GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(wire.receive()).startsWith("HTTP/1.1 304").contains("HTTP/1.1 200");
        }
    }

    private void awaitWaiting(int count) {
        server.getUntil(
                "/actuator/health/liveness",
                answer -> server.bean(TokenKeeper.class).waiting() >= count);
    }
}
