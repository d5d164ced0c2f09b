package io.github.wxtoken.relay;

import io.github.wxtoken.caller.Caller;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures relayed calls. Their paths appear as the configured pattern that allows them, so no client can add series.
 * Thread-safe.
 */
final class RelayMeters {

    private static final String OTHER = "other";

    private static final Duration[] BUCKETS = Stream.of(20, 50, 100, 200, 500, 1_000, 3_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry meters;
    private final MeterProvider<Timer> calls;
    private final MeterProvider<Counter> healed;

    /** Creates the meters. The counters of these callers exist from the start. */
    RelayMeters(MeterRegistry meters, Collection<Caller> callers) {
        this.meters = meters;
        this.calls = Timer.builder("wxtoken.relay.calls")
                .description("Relayed calls by outcome")
                .serviceLevelObjectives(BUCKETS)
                .withRegistry(meters);
        this.healed = Counter.builder("wxtoken.relay.healed")
                .description("Relayed calls that were repeated with another token, and then accepted")
                .withRegistry(meters);
        callers.forEach(caller -> healed.withTags("caller", caller.name()));
    }

    Timer.Sample start() {
        return Timer.start(meters);
    }

    /** Records a call; caller and pattern are null if they are unknown. */
    void record(Timer.Sample sample, @Nullable Caller caller, @Nullable String pattern, Outcome outcome) {
        sample.stop(calls.withTags(
                "caller", caller == null ? OTHER : caller.name(),
                "path", pattern == null ? OTHER : pattern,
                "outcome", outcome.tag));
    }

    void healed(Caller caller) {
        healed.withTags("caller", caller.name()).increment();
    }

    /** How a call ended. */
    enum Outcome {
        /** WeChat answered without an error of its own. */
        OK("ok"),
        /** WeChat answered with an {@code errcode}, or with an HTTP status of 400 and above. */
        ERROR("error"),
        /** This server did not pass the call on. */
        REFUSED("refused"),
        /** WeChat did not answer. */
        UNREACHABLE("unreachable"),
        /** The caller disconnected, or WeChat's answer broke off. */
        ABORTED("aborted");

        private final String tag;

        Outcome(String tag) {
            this.tag = tag;
        }
    }
}
