package io.github.wxtoken.relay;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.wechat.ErrcodeClass;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures relayed calls. Their paths appear as the configured pattern that allows them, so no client can add series.
 * The status page reads these meters by their names. Thread-safe.
 */
final class RelayMeters {

    private static final String OTHER = "other";

    private static final Duration[] BUCKETS = Stream.of(20, 50, 100, 200, 500, 1_000, 3_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry meters;
    private final MeterProvider<Timer> calls;
    private final MeterProvider<Counter> healed;

    /** Creates the meters. The problems of these callers count from 0 at the start. */
    RelayMeters(MeterRegistry meters, Collection<Caller> callers) {
        this.meters = meters;
        this.calls = Timer.builder("wxtoken.relay.calls")
                .description("Relayed calls by outcome")
                .serviceLevelObjectives(BUCKETS)
                .withRegistry(meters);
        this.healed = Counter.builder("wxtoken.relay.healed")
                .description("Relayed calls that were repeated with another token, and then accepted")
                .withRegistry(meters);
        for (Caller caller : callers) {
            healed.withTags("caller", caller.name());
            for (String pattern : caller.relay()) {
                // Their alerts count increases, and the first calls would not be one if they created the series.
                timer(caller, pattern, Outcome.LIMITED);
                timer(caller, pattern, Outcome.UNREACHABLE);
            }
        }
    }

    /** Measures how many calls are in progress, as long as the given object is in use. */
    void watch(CallsInFlight<?> calls) {
        Gauge.builder("wxtoken.relay.in.flight", calls, CallsInFlight::inFlight)
                .description("Relayed calls in progress")
                .register(meters);
        Gauge.builder("wxtoken.relay.in.flight.limit", calls, CallsInFlight::limit)
                .description("The maximum number of relayed calls in progress")
                .register(meters);
    }

    Timer.Sample start() {
        return Timer.start(meters);
    }

    /** Records a call; caller and pattern are null if they are unknown. */
    void record(Timer.Sample sample, @Nullable Caller caller, @Nullable String pattern, Outcome outcome) {
        sample.stop(timer(caller, pattern, outcome));
    }

    private Timer timer(@Nullable Caller caller, @Nullable String pattern, Outcome outcome) {
        return calls.withTags(
                "caller", caller == null ? OTHER : caller.name(),
                "path", pattern == null ? OTHER : pattern,
                "outcome", outcome.tag);
    }

    void healed(Caller caller) {
        healed.withTags("caller", caller.name()).increment();
    }

    /** How a call ended. */
    enum Outcome {
        /** WeChat answered without an error of its own. */
        OK("ok"),
        /** WeChat refused the access_token: 40001, 40014, 42001. */
        TOKEN_REFUSED("token_refused"),
        /** WeChat was busy: a negative {@code errcode}. */
        BUSY("busy"),
        /** A quota of WeChat is used up. */
        QUOTA("quota"),
        /** WeChat refused the account or this server's address, which only an operator can fix. */
        OPERATOR("operator"),
        /** WeChat answered with any other {@code errcode}, or with an HTTP status of 400 and above. */
        ERROR("error"),
        /** This server did not pass the call on, or failed while it did. */
        REFUSED("refused"),
        /** This server did not pass the call on, because too many were in progress. */
        LIMITED("limited"),
        /** WeChat did not answer. */
        UNREACHABLE("unreachable"),
        /** The caller disconnected, or WeChat's answer broke off. */
        ABORTED("aborted");

        private final String tag;

        Outcome(String tag) {
            this.tag = tag;
        }

        /** Returns the outcome of a call that WeChat answered; an {@code errcode} of 0 stands for none. */
        static Outcome of(int errcode, int status) {
            if (errcode == 0) {
                return status >= 400 ? ERROR : OK;
            }
            return switch (ErrcodeClass.of(errcode)) {
                case TOKEN_REFUSED -> TOKEN_REFUSED;
                case BUSY -> BUSY;
                case QUOTA -> QUOTA;
                case OPERATOR -> OPERATOR;
                default -> ERROR;
            };
        }
    }
}
