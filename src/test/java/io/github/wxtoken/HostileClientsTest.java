package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a server with little memory against clients that hold connections: it lives, and others are served. */
@Tag("processes")
class HostileClientsTest {

    private static final String KEY = "Authorization: Bearer " + Keys.of("shop") + "\r\n";
    private static final String OTHER_KEY = "Authorization: Bearer " + Keys.of("colleague") + "\r\n";

    /** A caller must be answered well within its own time-out. The machine may be busy. */
    private static final int ANSWERED_WITHIN_MILLIS = 10_000;

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();
    private final List<SocketChannel> held = new ArrayList<>();
    private final List<String> output = new CopyOnWriteArrayList<>();
    private @Nullable Process server;
    private int port;

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        held.forEach(HostileClientsTest::closeQuietly);
        if (server != null) {
            server.destroyForcibly();
        }
        wechat.close();
    }

    @Test
    void unfinishedHeads() throws Exception {
        start("");
        for (int i = 0; i < 13_000; i++) {
            hold("GET /token HTTP/1.1\r\nHost: x\r\n");
            if (i % 1000 == 0) {
                assertServed();
            }
        }
        assertServed();
    }

    @Test
    void unfinishedHeadsFromManyNetworks() throws Exception {
        start("", "--server.tomcat.max-connections=300");
        for (int i = 0; i < 2_000; i++) {
            hold("GET /token HTTP/1.1\r\nHost: x\r\n", 3 + i % 10);
            if (i % 200 == 0) {
                assertServed();
            }
        }
        assertServed();
    }

    @Test
    void abortedLongPolls() throws Exception {
        start("");
        String version = served();
        for (int i = 0; i < 20_000; i++) {
            try (SocketChannel poll = connect()) {
                write(
                        poll,
                        "GET /token?wait=55 HTTP/1.1\r\nHost: x\r\n" + KEY + "If-None-Match: " + version + "\r\n\r\n");
            } catch (IOException e) {
                // The server may close the connection first.
            }
            if (i % 1000 == 0) {
                assertServed();
            }
        }
        assertServed();
        assertThat(output).noneMatch(line -> line.contains(" ERROR ") || line.contains(" WARN "));
    }

    @Test
    void readersThatDoNotRead() throws Exception {
        start("", "--spring.threads.virtual.enabled=false");
        String pipelined = "GET /status/texts.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(500);
        for (int i = 0; i < 900; i++) {
            hold(pipelined);
        }
        assertServed();
        assertServed();
    }

    @Test
    void aCallerThatDoesNotRead() throws Exception {
        start("", "--spring.threads.virtual.enabled=false");
        String pipelined = ("GET /token HTTP/1.1\r\nHost: x\r\n" + OTHER_KEY + "\r\n").repeat(500);
        for (int i = 0; i < 400; i++) {
            hold(pipelined);
        }
        assertServed();
        assertServed();
    }

    @Test
    void aCallerThatHoldsIdleConnections() throws Exception {
        start("", "--server.tomcat.max-connections=300");
        for (int i = 0; i < 320; i++) {
            hold("GET /token HTTP/1.1\r\nHost: x\r\n" + OTHER_KEY + "\r\n");
        }
        assertServed();
    }

    @Test
    void idleConnections() throws Exception {
        start("", "--server.tomcat.max-connections=300");
        for (int i = 0; i < 320; i++) {
            hold("GET /actuator/health/liveness HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        assertServed();
    }

    @Test
    void fewFileDescriptors() throws Exception {
        start("ulimit -n 256; ");
        assertThat(output).anyMatch(line -> line.contains("The process may open too few files"));
        String version = served();
        for (int i = 0; i < 280; i++) {
            hold("GET /token?wait=55 HTTP/1.1\r\nHost: x\r\n" + KEY + "If-None-Match: " + version + "\r\n\r\n");
        }
        assertServed();
        String dead = token();
        wechat.account(APPID).kill();
        String body = "{\"access_token\":\"" + dead + "\"}";
        String report = "POST /token/refresh HTTP/1.1\r\nHost: x\r\n" + KEY
                + "Connection: close\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
        String answer = "";
        for (int i = 0; i < 20 && !answer.startsWith("HTTP/1.1 200"); i++) {
            int calls = wechat.journal().calls().size();
            answer = exchange(report);
            if (answer.startsWith("HTTP/1.1 503")) {
                // Two fetches are at least five seconds apart; probes of the dead token may come before.
                wechat.journal().awaitCalls(calls + 1);
            }
        }
        assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain(dead);
    }

    /** Starts the server with 192 MB of heap after a shell command, and waits until it has a token. */
    private void start(String first, String... more) throws Exception {
        wechat.account(APPID, SECRET);
        String command = Stream.of(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx192m",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-cp",
                                System.getProperty("java.class.path"),
                                WxTokenApplication.class.getName(),
                                "--server.port=0",
                                "--server.address=127.0.0.1",
                                "--wxtoken.accounts.main.appid=" + APPID,
                                "--wxtoken.accounts.main.secret=" + SECRET,
                                "--wxtoken.wechat.hosts="
                                        + wechat.hosts().stream()
                                                .map(URI::toString)
                                                .collect(Collectors.joining(","))),
                        Stream.of(Keys.arguments("shop")),
                        Stream.of(Keys.arguments("colleague")),
                        Stream.of(more))
                .flatMap(part -> part)
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        server = new ProcessBuilder("sh", "-c", first + "exec " + command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        boolean message = false;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            output.add(line);
            Matcher started = Pattern.compile("Tomcat started on port (\\d+) ").matcher(line);
            port = started.find() ? Integer.parseInt(started.group(1)) : port;
            message |= line.contains("is set up:");
            if (message && output.stream().anyMatch(before -> before.contains("new token"))) {
                // Its output must be read, as it would block otherwise.
                CompletableFuture.runAsync(() -> reader.lines().forEach(output::add));
                return;
            }
        }
        throw new AssertionError("It did not start:\n" + String.join("\n", output));
    }

    private void hold(String text) {
        hold(text, 1);
    }

    /** Sends a text on a connection from 127.0.0.{@code host}, and keeps it open. */
    private void hold(String text, int host) {
        try {
            SocketChannel channel = connect(host);
            held.add(channel);
            write(channel, text);
        } catch (IOException e) {
            // The server may refuse it.
        }
    }

    private SocketChannel connect() throws IOException {
        return connect(1);
    }

    private SocketChannel connect(int host) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host}), 0));
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return channel;
    }

    /** Writes what the connection takes without blocking. */
    private static void write(SocketChannel channel, String text) throws IOException {
        channel.configureBlocking(false);
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        for (int full = 0; bytes.hasRemaining() && full < 10; full++) {
            channel.write(bytes);
        }
    }

    private void assertServed() throws IOException {
        assertThat(served()).isNotEmpty();
        assertThat(server).isNotNull().matches(Process::isAlive);
    }

    /** Returns the version of the token that a caller from another network gets. */
    private String served() throws IOException {
        String answer = exchange("GET /token HTTP/1.1\r\nHost: x\r\n" + KEY + "Connection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200");
        return answer.replaceAll("(?s).*ETag: (\"\\d+\").*", "$1");
    }

    private String token() throws IOException {
        return exchange("GET /token HTTP/1.1\r\nHost: x\r\n" + KEY + "Connection: close\r\n\r\n")
                .replaceAll("(?s).*\"access_token\":\"([^\"]+)\".*", "$1");
    }

    private String exchange(String request) throws IOException {
        long begin = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), 0));
            socket.setSoTimeout(ANSWERED_WITHIN_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWERED_WITHIN_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            System.out.printf("answered in %d ms%n", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
