package io.github.wxtoken.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import mockwebserver3.MockWebServer;
import org.jspecify.annotations.Nullable;

/**
 * One of WeChat's host names, as a port on loopback. All hosts share the same accounts. Each can be down or have its
 * own faults.
 */
public final class Host {

    private final int index;
    private final RequestRouter router;
    private final ActiveFaults faults;
    private final Journal journal;
    private final BusinessCalls business;
    private final int port;

    private @Nullable MockWebServer server;
    private @Nullable Socket placeholder;

    /** Opens the host on that port, or on any free one for 0. */
    Host(int index, int port, RequestRouter router, ActiveFaults faults, Journal journal, BusinessCalls business) {
        this.business = business;
        this.index = index;
        this.router = router;
        this.faults = faults;
        this.journal = journal;
        MockWebServer started = open(port);
        this.server = started;
        this.port = started.getPort();
    }

    /** Returns the base URL without a path, like {@code http://127.0.0.1:40123}. */
    public URI url() {
        return Loopback.url("http", port);
    }

    /** Returns the index of the host, from 0. */
    public int index() {
        return index;
    }

    /** Takes the host down: open connections end and new ones are refused. */
    public synchronized void down() {
        if (server != null) {
            server.close();
            server = null;
            placeholder = keepPort();
        }
    }

    /** Brings the host up again on the same port. */
    public synchronized void up() {
        if (server == null) {
            server = open(port);
            release(placeholder);
            placeholder = null;
        }
    }

    /** Closes the host for good. */
    synchronized void close() {
        down();
        release(placeholder);
    }

    private MockWebServer open(int wantedPort) {
        MockWebServer opened = new MockWebServer();
        AcceptedSockets sockets = new AcceptedSockets();
        opened.setServerSocketFactory(sockets);
        opened.setDispatcher(new HostHandler(index, opened, sockets, router, faults, journal, business));
        Loopback.start(opened, wantedPort);
        return opened;
    }

    /**
     * Binds the port without listening on it. Connections are refused as before, but no other process can get the
     * port before the host is up again.
     */
    private @Nullable Socket keepPort() {
        Socket socket = new Socket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(Loopback.ADDRESS, port));
            return socket;
        } catch (IOException e) {
            // Only a precaution: without it the port is most likely still free later.
            release(socket);
            return null;
        }
    }

    private static void release(@Nullable Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
