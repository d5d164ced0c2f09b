package io.github.wxtoken.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A proxy from one replica to a port on loopback that can hold back or redirect traffic. Thread-safe. */
final class Link implements AutoCloseable {

    private volatile int target;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Object> connections = ConcurrentHashMap.newKeySet();
    private final Set<Object> subscribed = ConcurrentHashMap.newKeySet();
    private final Set<Object> silent = ConcurrentHashMap.newKeySet();
    private boolean held;
    private @Nullable Trap trap;

    /** Opens a link to {@code target}. */
    Link(int target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("link", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Connects new clients to another port; the open connections stay as they are. */
    void redirect(int target) {
        this.target = target;
    }

    /** Holds back all data on the open connections, which stay open; new ones are not affected. */
    synchronized void silenceOpenConnections() {
        silent.addAll(connections);
    }

    /** Does the same on the open connections on which a client has subscribed to a channel. */
    synchronized void silenceSubscriptions() {
        silent.addAll(subscribed);
    }

    /** Holds back all data from now on, in both directions. */
    synchronized void hold() {
        held = true;
    }

    /**
     * Holds back the answer to the next request that contains a text, and all later data to the client on its
     * connection.
     *
     * @return completes when the request was passed on and its answer is held back
     */
    synchronized CompletableFuture<Void> holdAnswerTo(String text) {
        trap = new Trap(text);
        return trap.sprung;
    }

    /** Passes on the data held back. */
    synchronized void release() {
        held = false;
        silent.clear();
        trap = null;
        notifyAll();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = server.accept();
            Socket far;
            try {
                far = new Socket(InetAddress.getLoopbackAddress(), target);
            } catch (IOException e) {
                // To the client this looks like a refused connection a moment later.
                near.close();
                continue;
            }
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            sockets.add(near);
            sockets.add(far);
            Object connection = new Object();
            connections.add(connection);
            run("link-to", () -> pump(near, far, connection, true));
            run("link-from", () -> pump(far, near, connection, false));
        }
    }

    private void pump(Socket from, Socket to, Object connection, boolean asking) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[1 << 16];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                pass(asking ? new String(bytes, 0, read, StandardCharsets.ISO_8859_1) : null, connection);
                out.write(bytes, 0, read);
            }
            // The end of a connection is held back like its data.
            pass(asking ? "" : null, connection);
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /** Waits while data is to be held back; {@code request} is null for an answer. */
    private synchronized void pass(@Nullable String request, Object connection) throws IOException {
        Trap set = trap;
        // Lettuce writes a whole command at once, and loopback delivers it in one piece.
        if (set != null && request != null && set.connection == null && request.contains(set.text)) {
            set.connection = connection;
        }
        if (request != null && request.contains("SUBSCRIBE")) {
            subscribed.add(connection);
        }
        try {
            while (held || silent.contains(connection) || isTrapped(request, connection)) {
                if (trap != null && !held && isTrapped(request, connection)) {
                    trap.sprung.complete(null);
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Returns whether this is the answer to hold back, or data after it on its connection. */
    private synchronized boolean isTrapped(@Nullable String request, Object connection) {
        return request == null && trap != null && trap.connection == connection;
    }

    private static void run(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // One of the ends has closed, so the connection is over.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        release();
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A task that runs on its own thread. */
    private interface Task {
        void run() throws IOException;
    }

    /** The answer to hold back. */
    private static final class Trap {
        private final String text;
        private final CompletableFuture<Void> sprung = new CompletableFuture<>();
        private @Nullable Object connection;

        Trap(String text) {
            this.text = text;
        }
    }
}
