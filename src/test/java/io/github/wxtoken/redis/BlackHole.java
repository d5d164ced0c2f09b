package io.github.wxtoken.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A host that accepts connections but never sends anything: a TLS handshake with it never completes. */
final class BlackHole implements AutoCloseable {

    private final ServerSocket server;
    private final List<Socket> swallowed = new ArrayList<>();

    BlackHole() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            server.setSoTimeout(30_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + server.getLocalPort());
    }

    /** Waits until a client connects and sends its first bytes. */
    void swallow() {
        try {
            Socket socket = server.accept();
            swallowed.add(socket);
            if (socket.getInputStream().read() < 0) {
                throw new AssertionError("gone before it said a word");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : swallowed) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
