package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests five hundred connections that send one byte a second and never complete a request. */
final class SlowSendersTest {

    private static final int SENDERS = 500;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final String KEY = "Authorization: Bearer " + Keys.of("slow") + "\r\n";

    private static final List<String> BEGINNINGS = List.of(
            "GET /token HTTP/1.1\r\nHost: localhost\r\n" + KEY + "X-Slow: ",
            "POST /token/refresh HTTP/1.1\r\nHost: localhost\r\n" + KEY + "Content-Type: application/json\r\n"
                    + "Content-Length: 8000\r\n\r\n{",
            "POST /nowhere HTTP/1.1\r\nHost: localhost\r\n" + KEY + "Content-Length: 60000\r\n\r\n{",
            "GET /token HTTP/1.1\r\nHost: localhost\r\n" + KEY + "Content-Length: 60000\r\n\r\n{",
            "POST /token/refresh HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1",
            "POST /token/refresh HTTP/1.1\r\nHost: localhost\r\n" + KEY + "Transfer-Encoding: chunked\r\n\r\n5;",
            "POST /cgi-bin/stable_token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;",
            "POST /cgi-bin/stable_token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0",
            "POST /cgi-bin/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000\r\n\r\ng",
            // Answered with a delay, as one of many without a valid key.
            "POST /token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong\r\nContent-Length: 60000\r\n\r\n{");

    @Test
    void othersAreServedUntilAllOfThemAreCutOff() throws Exception {
        Senders senders = new Senders(false);
        run(senders, served -> senders.cutOff.get() < SENDERS);
        assertThat(senders.cutOff).hasValue(SENDERS);
    }

    @Test
    @Tag("soak")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void othersAreServedWhileTheyComeBackForHalfAMinute() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        Senders senders = new Senders(true);
        int served = run(senders, soFar -> System.nanoTime() - end < 0);
        System.out.printf("%d answers in 30 s, while %d connections were cut off%n", served, senders.cutOff.get());
    }

    private static int run(Senders senders, IntPredicate goOn) throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer server =
                    RunningServer.start(wechat, Keys.arguments("slow")[0], Keys.arguments("shop")[0])) {
                server.callAs(Keys.bearer("shop"));
                server.getUntil("/token", answer -> answer.status() == 200);
                senders.connect(server.url().getPort());
                timer.scheduleAtFixedRate(senders::drip, 1, 1, TimeUnit.SECONDS);
                long start = System.nanoTime();
                int served = 0;
                while (goOn.test(served)) {
                    assertThat(System.nanoTime() - start)
                            .as("%s cut off", senders.cutOff)
                            .isLessThan(GIVE_UP_NANOS);
                    assertThat(server.get("/token").status()).isEqualTo(200);
                    assertThat(server.report("an old one").status()).isEqualTo(200);
                    served += 2;
                }
                return served;
            }
        } finally {
            timer.shutdownNow();
            senders.close();
        }
    }

    /** The slow connections. Not thread-safe. */
    private static final class Senders {

        private final boolean again;
        private final AtomicInteger cutOff = new AtomicInteger();
        private final List<Socket> sockets = new ArrayList<>();
        private int port;

        Senders(boolean again) {
            this.again = again;
        }

        synchronized void connect(int to) {
            port = to;
            for (int i = 0; i < SENDERS; i++) {
                sockets.add(open(i));
            }
        }

        private Socket open(int i) {
            try {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                send(socket, BEGINNINGS.get(i % BEGINNINGS.size()));
                return socket;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void send(Socket socket, String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        synchronized void drip() {
            for (int i = 0; i < sockets.size(); i++) {
                Socket socket = sockets.get(i);
                try {
                    if (!socket.isClosed()) {
                        send(socket, "0");
                    }
                } catch (IOException e) {
                    // A client that only sends detects a closed connection by this error.
                    cutOff.incrementAndGet();
                    closeQuietly(socket);
                    if (again) {
                        sockets.set(i, open(i));
                    }
                }
            }
        }

        synchronized void close() {
            sockets.forEach(Senders::closeQuietly);
            sockets.clear();
        }

        private static void closeQuietly(Socket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
