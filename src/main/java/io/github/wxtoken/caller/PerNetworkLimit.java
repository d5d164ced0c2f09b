package io.github.wxtoken.caller;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A bound on how much strangers may have under way at once, for each network that they come from and for all of them, so
 * that none takes what is there for the others. Thread-safe.
 */
public final class PerNetworkLimit {

    private final int each;
    private final int all;
    private final Map<String, Integer> taken = new HashMap<>();
    private int total;

    /** Creates it; {@code each} is for one network, {@code all} for all of them together. */
    public PerNetworkLimit(int each, int all) {
        this.each = each;
        this.all = all;
    }

    /** Takes one for an address, which is to be given back; false where there is none left. */
    public synchronized boolean tryTake(String address) {
        String network = network(address);
        if (total >= all || taken.getOrDefault(network, 0) >= each) {
            return false;
        }
        taken.merge(network, 1, Integer::sum);
        total++;
        return true;
    }

    /** Gives back one that was taken for an address. */
    public synchronized void giveBack(String address) {
        taken.computeIfPresent(network(address), (network, count) -> count == 1 ? null : count - 1);
        total--;
    }

    /** The address itself, or the network of 2^64 addresses of which every IPv6 host has one to itself. */
    static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            // Never a name that would have to be looked up: it has a colon.
            if (InetAddress.getByName(address) instanceof Inet6Address ip) {
                return HexFormat.of().formatHex(Arrays.copyOf(ip.getAddress(), 8)) + "::/64";
            }
        } catch (UnknownHostException e) {
            // The zone of an interface that is gone.
        }
        return address;
    }
}
