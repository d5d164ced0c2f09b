package io.github.wxtoken.caller;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Counts rejected calls by network and caller in the current minute. Publishes an audit event for each of the first
 * few, and one summary of the others at the end of the minute. So neither the log nor the memory grows with the number
 * of guesses. Thread-safe.
 */
public final class RejectionLog {

    /** The rejected calls per network, caller and minute that are logged individually. */
    static final int FEW = 10;

    /** The maximum number of sources counted separately; all further ones of the minute count as one address. */
    static final int MOST_ADDRESSES = 10_000;

    private static final String ELSEWHERE = "other addresses";

    private final ApplicationEventPublisher audit;
    private final Counter failures;
    private final Map<Source, Integer> counts = new HashMap<>();

    RejectionLog(ApplicationEventPublisher audit, MeterRegistry meters) {
        this.audit = audit;
        this.failures = Counter.builder("wxtoken.authentication.failures")
                .description("Calls without a valid key")
                .register(meters);
    }

    /**
     * Counts a call without a valid key, or without a valid access_token where that is sufficient.
     *
     * @return whether this network had more than {@link #FEW} of them in this minute
     */
    public boolean unauthorized(String address) {
        failures.increment();
        return add(null, "unauthorized", address);
    }

    /**
     * Counts a rejected call.
     *
     * @param caller the caller, or null if unknown
     * @param reason the reason in a few words
     * @param address the remote address
     * @return whether this network and caller had more than {@link #FEW} rejected calls in this minute
     */
    public boolean add(@Nullable Caller caller, String reason, String address) {
        String name = caller == null ? "-" : caller.name();
        Source source = new Source(ClientLimits.network(address), name);
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

    /** Ends the minute: publishes summaries of the calls not logged individually and clears all counts. */
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

    /** The network of rejected calls and the caller's name, or {@code -} if unknown. */
    private record Source(String network, String caller) {}
}
