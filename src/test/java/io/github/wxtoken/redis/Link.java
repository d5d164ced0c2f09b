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

/** The way from one replica to a port on loopback, on which a test can hold up what is sent. Thread-safe. */
final class Link implements AutoCloseable {

    private final int target;
    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean held;
    private @Nullable Trap trap;

    /** Opens it; it leads to {@code target}. */
    Link(int target) {
        this.target = target;
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("link", this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Holds up all that is sent from now on, in both directions. */
    synchronized void hold() {
        held = true;
    }

    /**
     * Holds up the answer to the next request that contains a text, and all that is sent after it in its connection.
     *
     * @return completes when the request was passed on, and an answer is being held
     */
    synchronized CompletableFuture<Void> holdAnswerTo(String text) {
        trap = new Trap(text);
        return trap.sprung;
    }

    /** Passes on what was held up. */
    synchronized void release() {
        held = false;
        trap = null;
        notifyAll();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = door.accept();
            Socket far;
            try {
                far = new Socket(InetAddress.getLoopbackAddress(), target);
            } catch (IOException e) {
                // As a connection that is refused would look a moment later.
                near.close();
                continue;
            }
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            sockets.add(near);
            sockets.add(far);
            Object connection = new Object();
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
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /** Waits while something is to be held up; {@code request} is null for an answer. */
    private synchronized void pass(@Nullable String request, Object connection) throws IOException {
        Trap set = trap;
        // Lettuce writes a whole command at once, and on loopback it comes as it was written.
        if (set != null && request != null && set.connection == null && request.contains(set.text)) {
            set.connection = connection;
        }
        try {
            while (held || (request == null && trap != null && trap.connection == connection)) {
                if (!held && trap != null) {
                    trap.sprung.complete(null);
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void run(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // One of the ends is gone, and so is the connection.
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
            door.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What runs on a thread of its own. */
    private interface Task {
        void run() throws IOException;
    }

    /** What to hold up. */
    private static final class Trap {
        private final String text;
        private final CompletableFuture<Void> sprung = new CompletableFuture<>();
        private @Nullable Object connection;

        Trap(String text) {
            this.text = text;
        }
    }
}
