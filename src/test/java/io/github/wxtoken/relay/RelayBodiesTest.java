package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.api.Wire;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that bodies leave nothing behind, however a call ends: no temporary file, and no place that stays taken. */
final class RelayBodiesTest {

    private static final String UPLOAD = "/relay/cgi-bin/media/upload?type=image";
    private static final byte[] BODY = new byte[100_000];
    private static final String HEAD =
            "POST " + UPLOAD + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Keys.of("shop") + "\r\n";
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));

    private final Set<String> before = files();
    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer server;

    @BeforeEach
    void start() {
        wechat.account(APPID, SECRET);
        // A single place: one that is not given back shows at once.
        server = RunningServer.start(
                wechat,
                Stream.concat(
                                Stream.of(Keys.arguments("shop", "relay=/cgi-bin/media/**")),
                                Stream.of(
                                        "--wxtoken.relay.in-flight=1",
                                        "--wxtoken.relay.max-body=2MB",
                                        "--wxtoken.relay.call-timeout=2s",
                                        "--server.tomcat.connection-timeout=1s"))
                        .toArray(String[]::new));
        server.callAs(Keys.bearer("shop"));
        server.getUntil("/token", answer -> answer.status() == 200);
    }

    @AfterEach
    void close() {
        server.close();
        wechat.close();
    }

    @Test
    void nothingIsLeft() {
        assertOutcome(200, () -> {});
        assertOutcome(200, () -> wechat.faults().on(CallKind.BUSINESS).next(Fault.SYSTEM_BUSY, 1));
        assertOutcome(200, () -> {
            wechat.clock().advance(Duration.ofSeconds(30));
            wechat.account(APPID).kill();
        });
        assertOutcome(502, () -> wechat.business().answer(call -> new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build()));
        assertOutcome(504, () -> wechat.business().answer(call -> new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build()));
        byte[] tooLarge = new byte[3 << 20];
        assertThat(upload(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLarge)))
                        .status())
                .isEqualTo(413);
        assertNothingLeft();
        assertThat(upload(BodyPublishers.ofByteArray(tooLarge)).status()).isEqualTo(413);
        assertNothingLeft();

        wechat.host(0).down();
        wechat.host(1).down();
        for (int i = 0; i < 3; i++) {
            assertThat(upload(BodyPublishers.ofByteArray(BODY)).status()).isEqualTo(502);
            await(() -> files().equals(before));
        }
    }

    @Test
    void nothingIsLeftOfClientsThatDisappear() {
        String half = "x".repeat(80_000);
        for (String request : List.of(
                HEAD + "Content-Length: 100000\r\n\r\n" + half,
                HEAD + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(80_000) + "\r\n" + half + "\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(90_000) + "\r\n" + half,
                HEAD + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(80_000) + "\r\n" + half
                        + "\r\nzz\r\n",
                HEAD + "Content-Length: 80000\r\n\r\n" + half)) {
            for (int i = 0; i < 3; i++) {
                try (Wire wire = new Wire(server.url().getPort())) {
                    wire.send(request);
                }
                assertNothingLeft();
            }
        }
        // These stay connected, but send no more.
        for (String header : List.of(
                "Content-Length: 100000\r\n\r\n",
                // Sent to WeChat while it arrives.
                "Content-Length: 1500000\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n13880\r\n")) {
            try (Wire wire = new Wire(server.url().getPort())) {
                wire.send(HEAD + header + half);
                assertThat(wire.receive()).contains("The body did not arrive in time.");
            }
            assertNothingLeft();
        }
    }

    @Test
    void nothingIsLeftOfClientsThatDisappearBeforeTheAnswer() {
        CountDownLatch released = new CountDownLatch(1);
        wechat.business().answer(request -> {
            awaitOpen(released);
            return new MockResponse.Builder().body("x".repeat(5 << 20)).build();
        });
        try (Wire wire = new Wire(server.url().getPort())) {
            wire.send(HEAD + "Content-Length: 80000\r\n\r\n" + "x".repeat(80_000));
            await(() -> !wechat.business().executed().isEmpty());
            assertThat(files())
                    .as("a process that is killed now leaves nothing")
                    .isEqualTo(before);
            if (Files.isDirectory(DESCRIPTORS)) {
                assertThat(openFiles()).as("the test sees open files").isNotEmpty();
            }
        }
        released.countDown();
        assertNothingLeft();
    }

    /** Uploads with and without a length, after something has happened that lets the upload end so. */
    private void assertOutcome(int status, Runnable event) {
        for (BodyPublisher body : List.of(
                BodyPublishers.ofByteArray(BODY), BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(BODY)))) {
            event.run();
            Answer answer = upload(body);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
            assertNothingLeft();
        }
    }

    private Answer upload(BodyPublisher body) {
        return server.send("POST", UPLOAD, body, Keys.bearer("shop"));
    }

    /** Checks that there is one place, not fewer and not more. */
    private void assertNothingLeft() {
        CountDownLatch released = new CountDownLatch(1);
        wechat.business().answer(request -> BusinessCalls.json("{\"errcode\":0}"));
        await(() -> server.send("POST", UPLOAD, BodyPublishers.ofString("{}"), Keys.bearer("shop"))
                        .status()
                == 200);
        await(() -> files().equals(before) && openFiles().isEmpty());
        int first = wechat.business().executed().size();
        wechat.business().answer(request -> {
            awaitOpen(released);
            return BusinessCalls.json("{\"errcode\":0}");
        });
        CompletableFuture<Answer> pending = server.getLater(UPLOAD, Keys.bearer("shop"));
        await(() -> wechat.business().executed().size() == first + 1);
        assertThat(upload(BodyPublishers.ofByteArray(BODY)).status()).isEqualTo(503);
        released.countDown();
        assertThat(pending.join().status()).isEqualTo(200);
        wechat.business().answer(request -> BusinessCalls.json("{\"errcode\":0}"));
        await(() -> files().equals(before));
    }

    /** Returns the open files of bodies; none where descriptors cannot be listed. */
    private static List<String> openFiles() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return List.of();
        }
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors
                    .map(RelayBodiesTest::linkOf)
                    .filter(link -> link.contains("wxtoken-relay-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String linkOf(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // It was closed meanwhile.
            return "";
        }
    }

    private static Set<String> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> names = new TreeSet<>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("wxtoken-relay-"))
                    .forEach(names::add);
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
}
