package io.github.wxtoken.caller;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * The count of refused calls by address, in the current minute. The first few of an address are told to the audit one by
 * one; the others are summed up when the minute is over, so that neither the log nor the memory grows with the number of
 * guesses. Thread-safe.
 */
public final class Refusals {

    /** How many refused calls of one address in a minute are nothing special. */
    static final int FEW = 10;

    /** How many addresses are told apart; all further ones of the minute count as one. */
    static final int MOST_ADDRESSES = 10_000;

    private static final String ELSEWHERE = "other addresses";

    private final ApplicationEventPublisher audit;
    private final Map<String, Integer> counts = new HashMap<>();

    Refusals(ApplicationEventPublisher audit) {
        this.audit = audit;
    }

    /**
     * Counts a refused call.
     *
     * @param caller who called, where that is known
     * @param reason why it was refused, in a few words
     * @param address where the call came from
     * @return whether this address has had more than a few refused calls lately
     */
    public boolean add(@Nullable Caller caller, String reason, String address) {
        int count;
        synchronized (counts) {
            String key = network(address);
            boolean full = counts.size() >= MOST_ADDRESSES && !counts.containsKey(key);
            count = counts.merge(full ? ELSEWHERE : key, 1, Integer::sum);
        }
        if (count <= FEW) {
            publish(caller == null ? "-" : caller.name(), Map.of("reason", reason, "address", address));
        }
        return count > FEW;
    }

    /** Ends the minute: sums up what was not told, and forgets all addresses. */
    void sweep() {
        Map<String, Integer> minute;
        synchronized (counts) {
            minute = new LinkedHashMap<>(counts);
            counts.clear();
        }
        minute.forEach((address, count) -> {
            if (count > FEW) {
                publish("-", Map.of("reason", "repeated", "address", address, "times", count - FEW));
            }
        });
    }

    // JDK 17 does not show NullAway that the values of these maps may be null, JDK 25 does.
    @SuppressWarnings("NullAway")
    private void publish(String principal, Map<String, @Nullable Object> data) {
        audit.publishEvent(new AuditApplicationEvent(principal, "refused", data));
    }

    /** The address itself, or the network of 2^64 addresses of which every IPv6 host has one to itself. */
    private static String network(String address) {
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
