package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;

/** Tests a server with as many relayed calls as one caller may have, while WeChat answers none of them. */
final class RelaySaturationTest {

    private static final String HANGS = "/relay/cgi-bin/message/template/send";
    private static final String ANSWERS = "/relay/cgi-bin/message/custom/typing";

    /** A third of 30 threads are for the relay, half of them for any caller. */
    private static final int PLACES = 5;

    private static final int MANY = 500;

    private volatile CountDownLatch released = new CountDownLatch(1);

    @Test
    void allElseIsServedOnPlatformThreads() {
        allElseIsServed("--spring.threads.virtual.enabled=false", "--server.tomcat.threads.max=30");
    }

    @Test
    @EnabledForJreRange(minVersion = 21)
    void allElseIsServedOnVirtualThreads() {
        allElseIsServed("--spring.threads.virtual.enabled=true", "--wxtoken.relay.in-flight=10");
    }

    @Test
    void fiveHundredCallsHangOnPlatformThreads() {
        fiveHundredCallsHang(
                MANY,
                "--spring.threads.virtual.enabled=false",
                "--server.tomcat.threads.max=3000",
                "--wxtoken.relay.in-flight=1000");
    }

    /** Half of 64 places are for one caller. */
    @Test
    void fiveHundredCallsAreTooManyForTheDefaultsOfPlatformThreads() {
        fiveHundredCallsHang(32, "--spring.threads.virtual.enabled=false");
    }

    @Test
    @EnabledForJreRange(minVersion = 21)
    void fiveHundredCallsHangOnVirtualThreads() {
        fiveHundredCallsHang(MANY, "--spring.threads.virtual.enabled=true", "--wxtoken.relay.in-flight=1000");
    }

    /** Half of 512 places are for one caller. */
    @Test
    @EnabledForJreRange(minVersion = 21)
    void fiveHundredCallsAreTooManyForTheDefaultsOfVirtualThreads() {
        fiveHundredCallsHang(256, "--spring.threads.virtual.enabled=true");
    }

    private void allElseIsServed(String... threads) {
        serve(threads, (wechat, server) -> {
            for (int round = 0; round < 3; round++) {
                released = new CountDownLatch(1);
                wechat.clock().advance(Duration.ofSeconds(61));
                takeAllPlaces(wechat, server);
            }
        });
    }

    /** Sends 500 calls of one caller. WeChat holds some of them back, and the relay refuses the others. */
    private void fiveHundredCallsHang(int hanging, String... threads) {
        serve(threads, (wechat, server) -> {
            List<CompletableFuture<Answer>> pending = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                pending.add(server.getLater(HANGS, Keys.bearer("shop")));
            }
            awaitExecuted(wechat, hanging);
            await(() -> pending.stream().filter(CompletableFuture::isDone).count() == MANY - hanging);
            String token = server.token();
            int mints = wechat.journal().mints(APPID);
            for (int round = 0; round < 2; round++) {
                assertThat(server.get("/token").status()).isEqualTo(200);
                assertThat(server.get("/actuator/health").json().path("status").asString())
                        .isEqualTo("UP");
                assertThat(server.get("/actuator/health/readiness")
                                .json()
                                .path("status")
                                .asString())
                        .isEqualTo("UP");
                Answer relayed = server.send("POST", ANSWERS, BodyPublishers.ofString("{}"), Keys.bearer("crm"));
                assertThat(relayed.json().path("errcode").asInt(-99))
                        .as(relayed.toString())
                        .isZero();
                if (round == 0) {
                    // The lead of ten minutes has begun, and the token still lives.
                    wechat.clock().advance(Duration.ofMinutes(111));
                    server.getUntil("/token", answer -> !answer.json()
                            .path("access_token")
                            .asString()
                            .equals(token));
                }
            }
            assertThat(wechat.journal().mints(APPID)).isEqualTo(mints + 1);
            assertThat(pending.stream().filter(CompletableFuture::isDone)).hasSize(MANY - hanging);

            released.countDown();
            assertThat(RunningServer.all(pending))
                    .allSatisfy(answer ->
                            assertThat(answer.status()).as(answer.toString()).isIn(200, 503));
            assertThat(RunningServer.all(pending))
                    .filteredOn(answer -> answer.status() == 200)
                    .hasSize(hanging);
            assertThat(wechat.business().executed()).hasSize(hanging + 2);
        });
    }

    private void serve(String[] threads, BiConsumer<WeChatSimulator, RunningServer> test) {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            wechat.business().answer(request -> {
                if (request.getUrl().encodedPath().endsWith("/send")) {
                    awaitRelease();
                }
                return BusinessCalls.json("{\"errcode\":0}");
            });
            try (RunningServer server = RunningServer.start(
                    wechat,
                    Stream.of(
                                    Keys.arguments("shop", "relay=/cgi-bin/message/**"),
                                    Keys.arguments("crm", "relay=/cgi-bin/message/**"),
                                    // Many connections at once may take long on a slow machine.
                                    new String[] {
                                        "--wxtoken.wechat.connect-timeout=10s", "--wxtoken.relay.call-timeout=5m"
                                    },
                                    threads)
                            .flatMap(Stream::of)
                            .toArray(String[]::new))) {
                server.callAs(Keys.bearer("crm"));
                server.getUntil("/token", answer -> answer.status() == 200);
                test.accept(wechat, server);
            } finally {
                released.countDown();
            }
        }
    }

    private void takeAllPlaces(WeChatSimulator wechat, RunningServer server) {
        // A place is given back after its call is answered.
        awaitInFlight(server, 0);
        int before = wechat.business().executed().size();
        List<CompletableFuture<Answer>> pending = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            pending.add(server.getLater(HANGS, Keys.bearer("shop")));
        }
        awaitExecuted(wechat, before + PLACES);

        for (int i = 0; i < 50; i++) {
            Answer refused = server.send("POST", HANGS, BodyPublishers.ofString("{}"), Keys.bearer("shop"));
            assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        }
        assertThat(server.get("/token").status()).isEqualTo(200);
        assertThat(server.report(server.token()).status()).isEqualTo(200);
        assertThat(server.get("/actuator/health").status()).isEqualTo(200);
        assertThat(server.get("/actuator/health/readiness").status()).isEqualTo(200);
        Answer relayed = server.send("POST", ANSWERS, BodyPublishers.ofString("{}"), Keys.bearer("crm"));
        assertThat(relayed.json().path("errcode").asInt(-99))
                .as(relayed.toString())
                .isZero();
        // Another caller may have an eighth of the places.
        awaitInFlight(server, PLACES);
        pending.add(server.getLater(HANGS, Keys.bearer("crm")));
        awaitExecuted(wechat, before + PLACES + 2);
        assertThat(server.send("POST", ANSWERS, BodyPublishers.ofString("{}"), Keys.bearer("crm"))
                        .status())
                .isEqualTo(503);
        assertThat(pending).noneMatch(CompletableFuture::isDone);

        released.countDown();
        assertThat(RunningServer.all(pending))
                .allSatisfy(answer ->
                        assertThat(answer.status()).as(answer.toString()).isEqualTo(200));
        assertThat(wechat.business().executed()).hasSize(before + PLACES + 2);
        awaitInFlight(server, 0);
        for (String caller : List.of("shop", "crm")) {
            assertThat(server.send("POST", ANSWERS, BodyPublishers.ofString("{}"), Keys.bearer(caller))
                            .status())
                    .isEqualTo(200);
        }
    }

    private void awaitRelease() {
        try {
            assertThat(released.await(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitExecuted(WeChatSimulator wechat, int calls) {
        await(() -> wechat.business().executed().size() >= calls);
    }

    private static void awaitInFlight(RunningServer server, int calls) {
        await(() -> server.bean(CallsInFlight.class).inFlight() == calls);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }
}
