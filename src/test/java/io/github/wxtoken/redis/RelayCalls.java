package io.github.wxtoken.redis;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Fifty relayed POSTs a second to several replicas, as an ordinary load balancer with health checks sends them. Records
 * how each one ends. Thread-safe.
 *
 * <p>There are ten connections, which are kept open between calls. New ones go to ready replicas. A call goes to another
 * replica only as long as nothing of it has been sent: if a replica refuses the connection, or has closed the kept one.
 * Once a byte is sent, the call is never repeated, and without an answer it has failed.
 */
final class RelayCalls implements AutoCloseable {

    private static final int CONNECTIONS = 10;
    private static final int INTERVAL_MILLIS = 200;
    private static final int CHECK_MILLIS = 100;
    private static final int PATIENCE_MILLIS = 20_000;

    /** How many calls a connection carries, so that each replica gets calls again after it was away. */
    private static final int CALLS_PER_CONNECTION = 25;

    private final List<ReplicaProcess> replicas;
    private final String relayToken;
    private final AtomicInteger number = new AtomicInteger();
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Set<ReplicaProcess> ready = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService threads;
    private final ScheduledExecutorService checks;

    /** Starts the calls. Their number is the parameter {@code number} of their query. */
    RelayCalls(List<ReplicaProcess> replicas, String relayToken) {
        this.replicas = List.copyOf(replicas);
        this.relayToken = relayToken;
        threads = Executors.newScheduledThreadPool(CONNECTIONS);
        checks = Executors.newScheduledThreadPool(replicas.size());
        for (ReplicaProcess replica : replicas) {
            checks.scheduleWithFixedDelay(() -> check(replica), 0, CHECK_MILLIS, TimeUnit.MILLISECONDS);
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            Client client = new Client(i);
            threads.scheduleAtFixedRate(
                    client::call, i * INTERVAL_MILLIS / CONNECTIONS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void check(ReplicaProcess replica) {
        if (replica.urlIfKnown().isPresent() && replica.isReady()) {
            ready.add(replica);
        } else {
            ready.remove(replica);
        }
    }

    /** Returns all calls that have ended so far. */
    List<Ended> ended() {
        return List.copyOf(ended);
    }

    /** Returns the number of calls that a replica has answered since a time. */
    long answered(ReplicaProcess replica, Instant since) {
        return ended.stream()
                .filter(call -> call.isAccepted()
                        && call.replica() == replica
                        && call.begun().isAfter(since))
                .count();
    }

    /** Ends the load once the calls in progress have ended. Does nothing if it has been called before. */
    @Override
    public void close() {
        checks.shutdownNow();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
                throw new AssertionError("a call without an end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            threads.shutdownNow();
        }
    }

    /**
     * A call and its end.
     *
     * @param replica the replica that it was sent to, or null if there was none
     * @param begun when the client began to look for a connection, before it sent the first byte
     * @param failure null if WeChat has executed the call, and the answer says so
     */
    record Ended(
            int number,
            @Nullable ReplicaProcess replica,
            Instant begun,
            Instant end,
            boolean healed,
            @Nullable String failure) {

        boolean isAccepted() {
            return failure == null;
        }

        @Override
        public String toString() {
            return number + " at " + replica + ", begun " + begun + ", ended after " + Duration.between(begun, end)
                    + ": " + failure;
        }
    }

    /** One connection at a time, used by one thread at a time. */
    private final class Client {

        private int next;
        private @Nullable Connection connection;

        Client(int next) {
            this.next = next;
        }

        void call() {
            int call = number.incrementAndGet();
            Instant begun = Instant.now();
            Connection to = null;
            String failure;
            boolean healed = false;
            try {
                to = connect();
                if (to == null) {
                    return;
                }
                String answer = to.exchange("POST /relay/cgi-bin/message/template/send?number=" + call
                        + "&access_token=" + relayToken + " HTTP/1.1\r\nHost: wxtoken\r\nContent-Length: 2\r\n\r\n{}");
                healed = answer.contains("X-Wxtoken-Healed: 1");
                failure = answer.startsWith("HTTP/1.1 200") && answer.contains("\"errcode\":0") ? null : answer;
                if (++to.calls == CALLS_PER_CONNECTION
                        || answer.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n")) {
                    to.close();
                }
            } catch (IOException | RuntimeException | Error e) {
                // Also errors of this class: the executor would silently end the client.
                failure = e.toString();
                if (to != null) {
                    to.close();
                }
            }
            ended.add(new Ended(call, to == null ? null : to.replica, begun, Instant.now(), healed, failure));
        }

        /**
         * Returns the kept connection if it is open; otherwise one to the next replica that accepts it, or null if the
         * load ends before there is one.
         */
        private @Nullable Connection connect() throws IOException {
            if (connection != null && connection.isOpen()) {
                return connection;
            }
            while (!threads.isShutdown()) {
                ReplicaProcess replica = replicas.get(next++ % replicas.size());
                URI url = replica.urlIfKnown().orElse(null);
                if (url != null && ready.contains(replica)) {
                    try {
                        Connection opened = new Connection(replica, url);
                        connection = opened;
                        return opened;
                    } catch (ConnectException e) {
                        ready.remove(replica);
                    }
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            return null;
        }
    }

    private static final class Connection {

        private final ReplicaProcess replica;
        private final Socket socket;
        private int calls;

        Connection(ReplicaProcess replica, URI url) throws IOException {
            this.replica = replica;
            this.socket = new Socket(url.getHost(), url.getPort());
            socket.setTcpNoDelay(true);
        }

        /** Returns whether the replica has not closed it. */
        boolean isOpen() {
            if (socket.isClosed()) {
                return false;
            }
            try {
                socket.setSoTimeout(1);
                if (socket.getInputStream().read() >= 0) {
                    throw new AssertionError("an answer without a call");
                }
            } catch (SocketTimeoutException e) {
                return true;
            } catch (IOException e) {
                // Reset.
            }
            close();
            return false;
        }

        String exchange(String request) throws IOException {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    throw new EOFException("closed after " + head.length() + " characters of the answer");
                }
                head.append((char) c);
            }
            List<String> lines = new ArrayList<>(List.of(head.toString().split("\r\n")));
            int length = lines.stream()
                    .map(line -> line.toLowerCase(Locale.ROOT))
                    .filter(line -> line.startsWith("content-length: "))
                    .mapToInt(line -> Integer.parseInt(line.substring("content-length: ".length())))
                    .findFirst()
                    .orElse(0);
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("closed within the answer");
            }
            return head + new String(body, StandardCharsets.UTF_8);
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no use any more.
            }
        }
    }
}
