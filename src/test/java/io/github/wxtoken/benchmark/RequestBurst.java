package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Many persistent connections that all send the same request at once. Not thread-safe. */
final class RequestBurst implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    /** A generous limit for the other open files of a process. */
    private static final int OTHER_FILES = 1000;

    private static final Pattern FILES = Pattern.compile("Max open files +(\\d+)");

    private final ServerProcess server;
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(16 * 1024);
    private final List<SelectionKey> connections = new ArrayList<>();

    /** The number of outstanding answers. */
    private int awaited;

    /**
     * Checks that the limit of open files allows so many connections. The servers have the same limit as this
     * process.
     */
    static void requireFiles(int connections) throws IOException {
        Matcher limit = FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
        int needed = connections + OTHER_FILES;
        if (limit.find() && Long.parseLong(limit.group(1)) < needed) {
            throw new Unable("No more than " + limit.group(1) + " files may be open at a time, and " + connections
                    + " connections need " + needed + ". Raise the limit in the shell that starts this:"
                    + " ulimit -n 65536");
        }
    }

    /**
     * Opens the given number of connections, one after the other. Each sends a request at once, because the server
     * closes silent connections.
     */
    RequestBurst(ServerProcess server, int size) throws IOException {
        this.server = server;
        for (int i = 0; i < size; i++) {
            SocketChannel socket = server.connect();
            Exchange.of(socket, Bench.GET);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.configureBlocking(false);
            connections.add(socket.register(selector, 0));
        }
    }

    /**
     * Sends a request on each connection and waits for all answers.
     *
     * @return the time from the first request to the last answer
     * @throws Unable if one is answered with another status or not at all
     */
    Duration ask(String request, int status) throws IOException {
        return ask(request, status, Duration.ZERO);
    }

    /** Does the same with its requests spread over some time. */
    Duration ask(String request, int status, Duration spread) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        long start = System.nanoTime();
        for (int i = 0; i < connections.size(); i++) {
            send(connections.get(i), bytes);
            long next = start + spread.toNanos() / connections.size() * i;
            // Reads the answers received meanwhile, so that the server is not held up.
            if (i % 64 == 0) {
                takeAnswers(status, 0, key -> {});
            }
            while (next - System.nanoTime() > 0) {
                takeAnswers(status, 1, key -> {});
            }
        }
        awaitAnswers(status);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /**
     * Sends a request on each connection, spread over some time, and again after each answer. Waits for all answers
     * at the end.
     *
     * @param asking called when all connections have begun
     * @param ended counted down when they are to end
     */
    void keepAsking(String request, int status, Duration spread, Runnable asking, CountDownLatch ended)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        for (SelectionKey connection : connections) {
            send(connection, bytes);
            takeAnswers(status, 0, key -> send(key, bytes));
            LockSupport.parkNanos(spread.toNanos() / connections.size());
        }
        asking.run();
        while (ended.getCount() > 0) {
            takeAnswers(status, 100, key -> send(key, bytes));
        }
        awaitAnswers(status);
    }

    private void awaitAnswers(int status) throws IOException {
        long start = System.nanoTime();
        while (awaited > 0) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw server.failure(awaited + " requests were never answered.");
            }
            takeAnswers(status, 1000, key -> {});
        }
    }

    private void send(SelectionKey connection, ByteBuffer request) {
        try {
            if (((SocketChannel) connection.channel()).write(request.rewind()) < request.capacity()) {
                throw server.failure("A request of " + request.capacity() + " bytes does not fit into a socket.");
            }
        } catch (IOException e) {
            throw server.failure("A connection broke: " + e.getMessage());
        }
        connection.attach(new Exchange());
        connection.interestOps(SelectionKey.OP_READ);
        awaited++;
    }

    /** Reads the answers that are available or arrive within some milliseconds. */
    private void takeAnswers(int status, long millis, Consumer<SelectionKey> next) throws IOException {
        Consumer<SelectionKey> take = key -> {
            if (take(key, status)) {
                next.accept(key);
            }
        };
        if (millis == 0) {
            selector.selectNow(take);
        } else {
            selector.select(take, millis);
        }
    }

    private boolean take(SelectionKey connection, int status) {
        Exchange exchange = (Exchange) connection.attachment();
        try {
            if (((SocketChannel) connection.channel()).read(buffer.clear()) < 0) {
                throw server.failure("A connection was closed.");
            }
        } catch (IOException e) {
            throw server.failure("A connection broke: " + e.getMessage());
        }
        exchange.add(buffer.flip());
        if (!exchange.isComplete()) {
            return false;
        }
        connection.interestOps(0);
        awaited--;
        if (exchange.status() != status) {
            throw server.failure("A request was answered with " + exchange.status() + " instead of " + status + ": "
                    + exchange.body().strip());
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey connection : connections) {
            connection.channel().close();
        }
        selector.close();
    }
}
