package io.github.wxtoken.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The sockets that a web server has accepted, in order of acceptance. The position is MockWebServer's index of a
 * connection. MockWebServer itself cannot reset a connection or shut down one half of it.
 */
final class AcceptedSockets extends ServerSocketFactory {

    private static final int BACKLOG = 1_000;

    private final Map<Integer, Socket> sockets = new ConcurrentHashMap<>();
    private int accepted;

    @Nullable
    Socket get(int connectionIndex) {
        return sockets.get(connectionIndex);
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new ServerSocket() {
            /** Always on, or a host could not come up again while a client keeps an old connection in its pool. */
            @Override
            public void setReuseAddress(boolean on) throws SocketException {
                super.setReuseAddress(true);
            }

            /** MockWebServer's own backlog of 50 is too short for tests that open hundreds of connections at once. */
            @Override
            public void bind(@Nullable SocketAddress endpoint, int backlog) throws IOException {
                super.bind(endpoint, BACKLOG);
            }

            @Override
            public Socket accept() throws IOException {
                Socket socket = super.accept();
                sendAtOnce(socket);
                sockets.values().removeIf(Socket::isClosed);
                // A single thread accepts connections, so the counter needs no lock.
                sockets.put(accepted++, socket);
                return socket;
            }
        };
    }

    /** MockWebServer writes headers and body separately. Without this the body waits 40 ms for the client's ACK. */
    private static void sendAtOnce(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
        } catch (SocketException e) {
            // The client has already disconnected. An exception here would make MockWebServer stop accepting.
        }
    }

    @Override
    public ServerSocket createServerSocket(int port) {
        throw new UnsupportedOperationException("MockWebServer binds the socket itself");
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
        throw new UnsupportedOperationException("MockWebServer binds the socket itself");
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
        throw new UnsupportedOperationException("MockWebServer binds the socket itself");
    }
}
