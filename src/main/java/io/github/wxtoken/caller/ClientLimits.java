package io.github.wxtoken.caller;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The policy of what clients may hold: connections, long polls, and threads. Thread-safe.
 *
 * <p>All limits are shares. The number of connections is derived from the maximum heap and the limit of file
 * descriptors, unless it is configured.
 *
 * <ul>
 *   <li>A connection without a key counts by its network, which may hold a quarter of all connections. All networks
 *       together may hold half. If they do, a new connection replaces one of the network that holds most.
 *   <li>A connection that has shown a key counts by its caller, who may hold seven eighths.
 *   <li>A caller may have half of all connections wait as long polls; all callers, three quarters.
 *   <li>On platform threads, a caller may hold half of them, and an eighth while its bodies arrive. An eighth of all is
 *       kept for others, such as the health probes.
 * </ul>
 *
 * <p>Beyond a limit a client gets an answer at once: a new connection is closed, a long poll gets the current token, any
 * other request 503. Other calls wait for seconds at most, and their connections are counted.
 */
public final class ClientLimits {

    /** The number of connections that a server with enough memory and descriptors accepts. */
    private static final int MOST_CONNECTIONS = 20_000;

    private static final int LEAST_CONNECTIONS = 16;

    /** The heap of a call that waits. An unfinished request takes a third of it, an idle connection a tenth. */
    private static final long BYTES_PER_CONNECTION = 64 * 1024;

    /** The number of connections of a separate management port. */
    private static final int MANAGEMENT_CONNECTIONS = 32;

    /** The descriptors kept for calls to WeChat, for Redis, for files and for the management port. */
    private static final int RESERVED_DESCRIPTORS = 96 + MANAGEMENT_CONNECTIONS;

    private final int connections;
    private final List<String> warnings;
    private final Permits longPolls;
    private final @Nullable Permits requests;
    private final Permits slowBodiesOfCallers;
    private final Permits slowBodiesWithoutKey;

    private ClientLimits(int connections, List<String> warnings, @Nullable Integer threads) {
        this.connections = connections;
        this.warnings = warnings;
        this.longPolls = new Permits(part(connections, 1, 2), part(connections, 3, 4));
        this.requests = threads == null ? null : new Permits(part(threads, 1, 2), part(threads, 7, 8));
        int waiting = threads == null ? connections : threads;
        int slow = part(waiting, 1, 8);
        this.slowBodiesOfCallers = new Permits(slow, part(waiting, 1, 2));
        this.slowBodiesWithoutKey = new Permits(part(slow, 1, 5), slow);
    }

    /**
     * Derives the limits.
     *
     * @param heap the maximum heap in bytes
     * @param descriptors the number of file descriptors that the process may still open
     * @param configured the configured number of connections, or null to derive it
     * @param threads the number of threads for requests, or null if a waiting request holds none
     */
    static ClientLimits of(long heap, long descriptors, @Nullable Integer configured, @Nullable Integer threads) {
        long byHeap = heap * 3 / 4 / BYTES_PER_CONNECTION;
        long byDescriptors = descriptors - RESERVED_DESCRIPTORS;
        int derived = (int) Math.max(LEAST_CONNECTIONS, Math.min(MOST_CONNECTIONS, Math.min(byHeap, byDescriptors)));
        // Tomcat takes a number below 1 for no limit.
        int connections = configured == null || configured < 1 ? derived : configured;
        List<String> warnings = connections > byDescriptors
                ? List.of("The process may open too few files for " + connections
                        + " connections: raise its limit (ulimit -n, LimitNOFILE), at best to 65536.")
                : connections > byHeap
                        ? List.of("The heap may be too small for " + connections
                                + " connections: increase it or reduce server.tomcat.max-connections to " + derived
                                + ".")
                        : List.of();
        return new ClientLimits(connections, warnings, threads);
    }

    /** Returns the maximum number of connections. */
    public int connections() {
        return connections;
    }

    /** Returns warnings about too little heap or too few descriptors, for the startup message. */
    List<String> warnings() {
        return warnings;
    }

    /** Returns the maximum number of connections of a separate management port. */
    public int managementConnections() {
        return Math.min(MANAGEMENT_CONNECTIONS, connections);
    }

    /** Returns new permits for connections that have shown no key, by network. */
    public Permits connectionsWithoutKey() {
        return new Permits(part(connections, 1, 4), part(connections, 1, 2));
    }

    /** Returns new permits for connections that have shown a key, by caller. */
    public Permits connectionsWithKey() {
        return new Permits(part(connections, 7, 8), connections);
    }

    /** Returns the permits for requests in progress, by caller; null if they hold no platform thread. */
    public @Nullable Permits requests() {
        return requests;
    }

    /** Returns the permits for long polls, by caller. */
    public Permits longPolls() {
        return longPolls;
    }

    /** Returns the permits for requests of callers that wait for their body, by caller. */
    public Permits slowBodiesOfCallers() {
        return slowBodiesOfCallers;
    }

    /** Returns the permits for requests without a key that wait for their body, by network. */
    public Permits slowBodiesWithoutKey() {
        return slowBodiesWithoutKey;
    }

    /** Returns the address itself, or the /64 network of an IPv6 address: one host can use all of it. */
    public static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            // Never a DNS lookup: a text with a colon is no host name.
            if (InetAddress.getByName(address) instanceof Inet6Address ip) {
                return HexFormat.of().formatHex(Arrays.copyOf(ip.getAddress(), 8)) + "::/64";
            }
        } catch (UnknownHostException e) {
            // The zone of an interface that no longer exists.
        }
        return address;
    }

    private static int part(int whole, int numerator, int denominator) {
        return Math.max(1, (int) ((long) whole * numerator / denominator));
    }

    /** Limits concurrent operations, for each owner and in total, so that no owner can starve the others. Thread-safe. */
    public static final class Permits {

        private final int each;
        private final int all;
        private final Map<Object, Integer> taken = new HashMap<>();
        private int total;

        /** Creates {@code all} permits. One owner may hold {@code each} of them. */
        Permits(int each, int all) {
            this.each = each;
            this.all = all;
        }

        /** Takes a permit for an owner. Returns false if none is left; otherwise the permit must be given back. */
        public synchronized boolean tryTake(Object owner) {
            if (total >= all || taken.getOrDefault(owner, 0) >= each) {
                return false;
            }
            taken.merge(owner, 1, Integer::sum);
            total++;
            return true;
        }

        /** Returns whether all permits are taken. */
        public synchronized boolean isExhausted() {
            return total >= all;
        }

        /** Returns the owner of most permits, or null if none is taken. */
        public synchronized @Nullable Object greatestOwner() {
            return taken.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .orElse(null);
        }

        /** Gives back a permit that was taken for an owner. */
        public synchronized void giveBack(Object owner) {
            taken.computeIfPresent(owner, (same, count) -> count == 1 ? null : count - 1);
            total--;
        }
    }
}
