package io.github.wxtoken.caller;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Limits the concurrent operations of unauthenticated clients, per network and in total, so that no network can starve
 * the others. Thread-safe.
 */
public final class PerNetworkLimit {

    private final int each;
    private final int all;
    private final Map<String, Integer> taken = new HashMap<>();
    private int total;

    /** Creates a limit of {@code each} permits for one network and {@code all} in total. */
    public PerNetworkLimit(int each, int all) {
        this.each = each;
        this.all = all;
    }

    /** Takes a permit for an address. Returns false if none is left; otherwise the permit must be given back. */
    public synchronized boolean tryTake(String address) {
        String network = network(address);
        if (total >= all || taken.getOrDefault(network, 0) >= each) {
            return false;
        }
        taken.merge(network, 1, Integer::sum);
        total++;
        return true;
    }

    /** Gives back a permit that was taken for an address. */
    public synchronized void giveBack(String address) {
        taken.computeIfPresent(network(address), (network, count) -> count == 1 ? null : count - 1);
        total--;
    }

    /** Returns the address itself, or the /64 network of an IPv6 address: one host can use all of it. */
    static String network(String address) {
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
}
