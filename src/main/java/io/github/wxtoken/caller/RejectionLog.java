package io.github.wxtoken.caller;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * The count of refused calls by address and caller, in the current minute. The first few of each are told to the audit one by
 * one; the others are summed up when the minute is over, so that neither the log nor the memory grows with the number of
 * guesses. Thread-safe.
 */
public final class RejectionLog {

    /** How many refused calls of one address in a minute are nothing special. */
    static final int FEW = 10;

    /** How many addresses are told apart; all further ones of the minute count as one. */
    static final int MOST_ADDRESSES = 10_000;

    private static final String ELSEWHERE = "other addresses";

    private final ApplicationEventPublisher audit;
    private final Map<Source, Integer> counts = new HashMap<>();

    RejectionLog(ApplicationEventPublisher audit) {
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
        String name = caller == null ? "-" : caller.name();
        Source source = new Source(PerNetworkLimit.network(address), name);
        int count;
        synchronized (counts) {
            boolean full = counts.size() >= MOST_ADDRESSES && !counts.containsKey(source);
            count = counts.merge(full ? new Source(ELSEWHERE, name) : source, 1, Integer::sum);
        }
        if (count <= FEW) {
            publish(name, Map.of("reason", reason, "address", address));
        }
        return count > FEW;
    }

    /** Ends the minute: sums up what was not told, and forgets all addresses. */
    void sweep() {
        Map<Source, Integer> minute;
        synchronized (counts) {
            minute = new LinkedHashMap<>(counts);
            counts.clear();
        }
        minute.forEach((source, count) -> {
            if (count > FEW) {
                publish(source.caller, Map.of("reason", "repeated", "address", source.network, "times", count - FEW));
            }
        });
    }

    // JDK 17 does not show NullAway that the values of these maps may be null, JDK 25 does.
    @SuppressWarnings("NullAway")
    private void publish(String principal, Map<String, @Nullable Object> data) {
        audit.publishEvent(new AuditApplicationEvent(principal, "refused", data));
    }

    /** Where refused calls came from, and who made them, as far as that is known. */
    private record Source(String network, String caller) {}
}
