package io.github.wxtoken;

import io.github.wxtoken.caller.Keys;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A load of {@code GET /token} on a few permanently busy connections, which measures a server's throughput. */
final class Throughput implements AutoCloseable {

    private static final int CONNECTIONS = 8;
    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)");
    private static final long ROUND_NANOS = 1_000_000_000L;

    private final ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);

    /** Returns the answers per second to a caller of this name. */
    double of(RunningServer server, String caller) throws Exception {
        long start = System.nanoTime();
        List<Future<Integer>> loads = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            loads.add(connections.submit(() -> ask(server, caller, start + ROUND_NANOS)));
        }
        int answers = 0;
        for (Future<Integer> load : loads) {
            answers += load.get();
        }
        return answers * 1e9 / (System.nanoTime() - start);
    }

    @Override
    public void close() {
        connections.shutdownNow();
    }

    private static int ask(RunningServer server, String caller, long end) {
        byte[] request = ("GET /token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Keys.of(caller)
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.url().getPort())) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            int answers = 0;
            while (System.nanoTime() < end) {
                socket.getOutputStream().write(request);
                if (!readAnswer(in).startsWith("HTTP/1.1 200")) {
                    throw new AssertionError("not served");
                }
                answers++;
            }
            return answers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads an answer with a Content-Length; returns its head. */
    private static String readAnswer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended early: " + head);
            }
            head.append((char) next);
        }
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            in.skipNBytes(Integer.parseInt(length.group(1)));
        }
        return head.toString();
    }
}
