package io.github.wxtoken.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.logging.Level;
import java.util.logging.Logger;
import mockwebserver3.MockWebServer;

/** Starts web servers on loopback and keeps them from logging their traffic. */
final class Loopback {

    /** A literal address: with {@code localhost} some clients try IPv6 first, where no server listens. */
    static final InetAddress ADDRESS = address();

    private Loopback() {}

    static void start(MockWebServer server, int port) {
        hushLog();
        try {
            server.start(ADDRESS, port);
        } catch (IOException e) {
            throw new UncheckedIOException("no web server on port " + port + " of loopback", e);
        }
    }

    static URI url(String scheme, int port) {
        return URI.create(scheme + "://" + ADDRESS.getHostAddress() + ":" + port);
    }

    /**
     * At level FINE MockWebServer logs each request, whose URL holds the AppSecret or a token. A test that searches
     * the log for them would find the simulator's output instead of the server's. A filter survives the level changes
     * of a logging framework.
     */
    private static void hushLog() {
        Logger.getLogger(MockWebServer.class.getName())
                .setFilter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue());
    }

    private static InetAddress address() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are always an address", e);
        }
    }
}
