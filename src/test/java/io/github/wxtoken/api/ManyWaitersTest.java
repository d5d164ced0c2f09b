package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests five thousand callers waiting for a new token. Runs only in the profile {@code soak}. */
@Tag("soak")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class ManyWaitersTest {

    private static final int MANY = 5000;

    @Test
    void costNoThreadEachAndAreAllTold() throws Exception {
        try (WeChatSimulator wechat =
                WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer server = RunningServer.start(wechat, "--spring.threads.virtual.enabled=false")) {
                String version = server.getUntil("/token", answer -> answer.status() == 200)
                        .header("ETag");
                int threads = threads();
                // In the first round, compilation costs more than the waiters do.
                for (int round = 0; round < 3; round++) {
                    version = wake(server, wechat, version);
                }
                // Tomcat's own threads, which exist however many callers wait.
                assertThat(threads()).isLessThan(threads + 300);
            }
        }
    }

    /** Has the callers wait and replaces the token; returns the new version that they receive. */
    private static String wake(RunningServer server, WeChatSimulator wechat, String version) throws IOException {
        TokenKeeper keeper = server.bean(TokenKeeper.class);
        String before = usage();
        List<SocketChannel> callers = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            callers.add(call(server.url().getPort(), version));
        }
        server.getUntil("/actuator/health/liveness", answer -> keeper.waiting() == MANY);
        String during = usage();

        wechat.clock().advance(Duration.ofSeconds(10));
        wechat.account(APPID).kill();
        long start = System.nanoTime();
        String replaced = "\"" + server.report(null).json().path("version").asString() + "\"";
        long known = System.nanoTime();
        List<String> answers = new ArrayList<>();
        for (SocketChannel caller : callers) {
            answers.add(answer(caller));
        }
        long told = System.nanoTime();
        for (SocketChannel caller : callers) {
            caller.close();
        }
        assertThat(answers)
                .allMatch(answer -> answer.startsWith("HTTP/1.1 200") && answer.contains("ETag: " + replaced));
        server.getUntil("/actuator/health/liveness", answer -> keeper.waiting() == 0);
        System.out.printf(
                "%d waiting callers: %s before, %s during, %s after; replaced in %d ms, the last told %d ms later%n",
                MANY, before, during, usage(), (known - start) / 1_000_000, (told - known) / 1_000_000);
        return replaced;
    }

    private static SocketChannel call(int port, String version) throws IOException {
        SocketChannel caller = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        caller.write(ByteBuffer.wrap(
                ("GET /token?wait=60 HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + version + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)));
        return caller;
    }

    private static String answer(SocketChannel caller) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (buffer.position() < 7 || buffer.get(buffer.position() - 5) != '0') {
            if (caller.read(buffer) < 0) {
                throw new IOException("ended early");
            }
        }
        return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
    }

    private static String usage() {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return threads() + " threads and " + heap / 1_000_000 + " MB of heap";
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
