package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.keeper.Report;
import io.github.wxtoken.keeper.TokenUnavailableException;
import io.github.wxtoken.support.EnumNames;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Counts the reads and reports of each caller and publishes an audit event for each report. Thread-safe. */
@Component
final class UsageRecorder {

    private static final String OVER_BUDGET = "over budget";
    private static final String UNAVAILABLE = "unavailable";

    private static final List<String> OUTCOMES = Stream.concat(
                    Arrays.stream(Report.Outcome.values()).map(EnumNames::lowerCase),
                    Stream.of(OVER_BUDGET, UNAVAILABLE))
            .toList();

    private final Map<TokenKind, Map<Caller, Counter>> reads = new EnumMap<>(TokenKind.class);
    private final MeterProvider<Counter> reports;
    private final ApplicationEventPublisher audit;

    UsageRecorder(Callers callers, MeterRegistry meters, ApplicationEventPublisher audit) {
        this.audit = audit;
        for (TokenKind kind : TokenKind.values()) {
            Map<Caller, Counter> ofKind = new HashMap<>();
            for (Caller caller : callers.all()) {
                ofKind.put(
                        caller,
                        Counter.builder("wxtoken.token.reads")
                                .description("Calls for the current token or ticket")
                                .tag("caller", caller.name())
                                .tag("kind", EnumNames.lowerCase(kind))
                                .register(meters));
            }
            reads.put(kind, Map.copyOf(ofKind));
        }
        this.reports = Counter.builder("wxtoken.token.reports")
                .description("Reports of refused tokens and tickets by outcome")
                .withRegistry(meters);
        callers.all().forEach(caller -> OUTCOMES.forEach(outcome -> reports(caller, outcome)));
    }

    /** Counts a read. */
    void read(Caller caller, TokenKind kind) {
        Counter counter = reads.getOrDefault(kind, Map.of()).get(caller);
        if (counter != null) {
            counter.increment();
        }
    }

    /** Records a report; one of {@code report} and {@code failure} is null. */
    void reported(
            Caller caller,
            Account account,
            TokenKind kind,
            @Nullable String refused,
            String address,
            @Nullable Report report,
            @Nullable Throwable failure) {
        String outcome = report == null ? outcome(failure) : EnumNames.lowerCase(report.outcome());
        reports(caller, outcome).increment();
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("account", account.name());
        data.put("ticket", kind.type());
        data.put("address", address);
        data.put("outcome", outcome);
        if (refused != null) {
            // Only the fingerprint is needed, so the times do not matter.
            data.put("reported", new Token(refused, Instant.EPOCH, Instant.EPOCH).fingerprint());
        }
        if (report != null) {
            ServedToken served = report.served();
            data.put("version", served.version());
            data.put("token", served.token().fingerprint());
        }
        publish(caller, data);
    }

    // JDK 17 does not show NullAway that the values of these maps may be null, JDK 25 does.
    @SuppressWarnings("NullAway")
    private void publish(Caller caller, Map<String, @Nullable Object> data) {
        audit.publishEvent(new AuditApplicationEvent(caller.name(), "report", data));
    }

    private Counter reports(Caller caller, String outcome) {
        return reports.withTags("caller", caller.name(), "outcome", outcome.replace(' ', '_'));
    }

    private static String outcome(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapper ? wrapper.getCause() : failure;
        return cause instanceof TokenUnavailableException unavailable && unavailable.overBudget()
                ? OVER_BUDGET
                : UNAVAILABLE;
    }
}
