package io.github.wxtoken.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The sockets that a web server has accepted, by the order in which it did: which is what MockWebServer calls the index
 * of a connection. It has no means of its own to reset a connection, or to close one half of it.
 */
final class AcceptedSockets extends ServerSocketFactory {

    private final Map<Integer, Socket> sockets = new ConcurrentHashMap<>();
    private int accepted;

    @Nullable
    Socket get(int connectionIndex) {
        return sockets.get(connectionIndex);
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new ServerSocket() {
            @Override
            public Socket accept() throws IOException {
                Socket socket = super.accept();
                sendAtOnce(socket);
                sockets.values().removeIf(Socket::isClosed);
                // One thread accepts, so that the count needs no lock.
                sockets.put(accepted++, socket);
                return socket;
            }
        };
    }

    /** MockWebServer writes headers and body apart; otherwise the second would wait 40 ms for the client's ACK. */
    private static void sendAtOnce(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
        } catch (SocketException e) {
            // The client is gone already. Not to be thrown, for MockWebServer would stop accepting.
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
