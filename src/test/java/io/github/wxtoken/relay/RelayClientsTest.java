package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.api.Wire;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import mockwebserver3.MockResponse;
import okio.Buffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests requests to the relay as unusual clients send them. */
final class RelayClientsTest {

    private static final String SEND = "/relay/cgi-bin/message/template/send";
    private static final String AUTHORIZATION = "Host: localhost\r\nAuthorization: Bearer " + Keys.of("shop") + "\r\n";

    private static WeChatSimulator wechat;
    private static ExecutedCalls executed;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        wechat = WeChatSimulator.start();
        executed = new ExecutedCalls(wechat);
        wechat.account(APPID, SECRET);
        String[] caller = Keys.arguments("shop", "relay=/**");
        server = RunningServer.start(
                wechat,
                caller[0],
                caller[1],
                "--wxtoken.relay.call-timeout=20s",
                "--wxtoken.relay.in-flight=4",
                "--server.tomcat.connection-timeout=2s");
        server.callAs(Keys.bearer("shop"));
        server.getUntil("/token", answer -> answer.status() == 200);
    }

    @AfterAll
    static void close() {
        server.close();
        wechat.close();
    }

    @BeforeEach
    void everythingIsAccepted() {
        executed.forget();
        wechat.business().answer(request -> BusinessCalls.json("{\"errcode\":0}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%20b+c", "a=1,2|3", "a[]=1&a[]=2", "a=%E9%97%A8", "a=&&b", "&", "a={x}^", "a=b=c&a=d"})
    void theQueryArrivesByteForByte(String query) {
        assertThat(exchange(
                        "GET " + SEND + "?" + query + " HTTP/1.1\r\n" + AUTHORIZATION + "Connection: close\r\n\r\n"))
                .contains("\"errcode\":0");
        assertThat(executed.only().getTarget())
                .isEqualTo("/cgi-bin/message/template/send?" + query + "&access_token=" + server.token());
    }

    @Test
    void headersOfTheConnectionAndOfTheCallerStayHere() {
        assertThat(exchange("POST " + SEND + " HTTP/1.1\r\n" + AUTHORIZATION + "Connection: close, X-Mine\r\n"
                        + "X-Mine: 1\r\nCookie: a=b\r\nX-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\n"
                        + "Wechatmp-Signature: s\r\nContent-Type: text/plain\r\nUser-Agent: sdk/1\r\n"
                        + "Content-Length: 2\r\n\r\n{}"))
                .contains("\"errcode\":0");
        var headers = executed.only().getHeaders();
        for (String hidden : List.of("Authorization", "Cookie", "X-Forwarded-For", "Forwarded", "X-Mine")) {
            assertThat(headers.get(hidden)).as(hidden).isNull();
        }
        assertThat(headers.get("Wechatmp-Signature")).isEqualTo("s");
        assertThat(headers.get("Content-Type")).isEqualTo("text/plain");
        assertThat(headers.get("User-Agent")).isEqualTo("sdk/1");
        assertThat(headers.get("Host")).doesNotContain("localhost");
    }

    @Test
    void aClientThatExpectsToContinueIsTold() {
        try (Wire wire = new Wire(server.url().getPort())) {
            wire.send("POST " + SEND + " HTTP/1.1\r\n" + AUTHORIZATION
                    + "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            wire.send("{}");
            assertThat(wire.receive()).startsWith("HTTP/1.1 100").contains("\"errcode\":0");
        }
        assertThat(Objects.requireNonNull(executed.only().getBody()).utf8()).isEqualTo("{}");
    }

    @Test
    void aBodyThatIsShorterThanAnnouncedIsNotSent() {
        try (Wire wire = new Wire(server.url().getPort())) {
            wire.send("POST " + SEND + " HTTP/1.1\r\n" + AUTHORIZATION + "Content-Length: 5\r\n\r\n{}");
            assertThat(wire.receive()).contains("did not arrive in time");
        }
        executed.assertNone();
    }

    @Test
    void aHeaderKeepsItsBytes() {
        // Two bytes of UTF-8, sent as two characters.
        assertThat(exchange("GET " + SEND + " HTTP/1.1\r\n" + AUTHORIZATION
                        + "X-Other: caf\u00c3\u00a9\r\nConnection: close\r\n\r\n"))
                .contains("\"errcode\":0");
        assertThat(executed.only().getHeaders().get("X-Other")).isEqualTo("caf\u00e9");
    }

    @Test
    void manyInvalidTokensAreAllToldSo() {
        for (int i = 0; i < 15; i++) {
            assertThat(exchange(
                            "GET " + SEND + "?access_token=x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .contains("\"errcode\":40001");
        }
    }

    @Test
    void aClientThatDisappearsLeavesItsPlace() {
        for (int i = 0; i < 20; i++) {
            try (Wire wire = new Wire(server.url().getPort())) {
                wire.send("POST " + SEND + " HTTP/1.1\r\n" + AUTHORIZATION + "Content-Length: 3000000\r\n\r\n"
                        + "x".repeat(100_000));
            }
        }
        awaitServed();
    }

    @Test
    void aClientThatDoesNotReadLeavesItsPlace() {
        wechat.business().answer(request -> new MockResponse.Builder()
                .body(new Buffer().write(new byte[30 << 20]))
                .build());
        List<Wire> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                Wire wire = new Wire(server.url().getPort());
                readers.add(wire.send("GET " + SEND + " HTTP/1.1\r\n" + AUTHORIZATION + "\r\n"));
            }
            wechat.business().answer(request -> BusinessCalls.json("{\"errcode\":0}"));
            awaitServed();
        } finally {
            readers.forEach(Wire::close);
        }
    }

    @Test
    void tooManyCallsAreRefusedAtOnce() {
        CountDownLatch answered = new CountDownLatch(1);
        wechat.business().answer(request -> {
            awaitOpen(answered);
            return BusinessCalls.json("{\"errcode\":0}");
        });
        // Half of the places; beyond, a caller gets one of eight.
        List<CompletableFuture<Answer>> pending =
                List.of(server.getLater(SEND, Keys.bearer("shop")), server.getLater(SEND, Keys.bearer("shop")));
        await(() -> executed.count() == 2);
        Answer refused = server.send("GET", SEND, BodyPublishers.noBody(), Keys.bearer("shop"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(server.token()).isNotEmpty();
        answered.countDown();
        assertThat(RunningServer.all(pending))
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS"})
    void otherMethodsAreRefused(String method) {
        assertThat(exchange(method + " " + SEND + " HTTP/1.1\r\n" + AUTHORIZATION + "Connection: close\r\n\r\n"))
                .contains(" 405 ")
                .contains("Allow: GET, POST");
    }

    private void awaitServed() {
        await(() -> server.send("POST", SEND, BodyPublishers.ofString("{}"), Keys.bearer("shop"))
                        .status()
                == 200);
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private String exchange(String request) {
        try (Wire wire = new Wire(server.url().getPort())) {
            return wire.send(request).receive();
        }
    }
}
