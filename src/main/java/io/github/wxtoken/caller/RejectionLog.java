package io.github.wxtoken.caller;

import io.github.wxtoken.support.EventThrottle;
import io.github.wxtoken.support.EventThrottle.Suppressed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationListener;

/**
 * Counts rejected calls by network and caller. Creates an audit event for each of the first few in a minute, and one
 * summary of the others at the end of the minute. So neither the log nor the memory grows with the number of guesses.
 * Thread-safe.
 */
public final class RejectionLog {

    /** The maximum number of sources counted separately; all further ones of the minute count as one address. */
    static final int MOST_ADDRESSES = 1_000;

    /** Called directly: while the application closes, its listeners may no longer get published events. */
    private final ApplicationListener<AuditApplicationEvent> audit;

    private final Counter failures;
    private final EventThrottle<Source> throttle;

    RejectionLog(ApplicationListener<AuditApplicationEvent> audit, MeterRegistry meters, InstantSource clock) {
        this.audit = audit;
        this.failures = Counter.builder("wxtoken.authentication.failures")
                .description("Calls without a valid key")
                .register(meters);
        this.throttle = new EventThrottle<>(clock, MOST_ADDRESSES, Source::elsewhere, this::sumUp);
    }

    /**
     * Counts a call without a valid key, or without a valid access_token where that is sufficient.
     *
     * @return whether this network had more than {@link EventThrottle#FEW} of them in this minute
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
     * @return whether this network and caller had more than {@link EventThrottle#FEW} rejected calls in this minute
     */
    public boolean add(@Nullable Caller caller, String reason, String address) {
        Source source = new Source(ClientLimits.network(address), caller == null ? "-" : caller.name());
        boolean few = throttle.mayWrite(source, source.caller);
        if (few) {
            write(source.caller, Map.of("reason", reason, "address", address));
        }
        return !few;
    }

    /** Writes the summaries of the minutes that have ended. */
    void tick() {
        throttle.tick();
    }

    /** Writes all remaining summaries. */
    void close() {
        throttle.close();
    }

    private void sumUp(Source source, Suppressed suppressed) {
        write(source.caller, Map.of("reason", "repeated", "address", source.network, "times", suppressed.times()));
    }

    // JDK 17 does not show NullAway that the values of these maps may be null, JDK 25 does.
    @SuppressWarnings("NullAway")
    private void write(String principal, Map<String, @Nullable Object> data) {
        audit.onApplicationEvent(new AuditApplicationEvent(principal, "refused", data));
    }

    /** The network of rejected calls and the caller's name, or {@code -} if unknown. */
    private record Source(String network, String caller) {
        Source elsewhere() {
            return new Source("other addresses", caller);
        }
    }
}
