package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tickets of an account, by type. Not thread-safe: the account guards it.
 *
 * <p>A ticket is handed out for two hours, always with the same {@code expires_in}, and accepted for one more hour.
 * The extra hour has been observed but is not documented.
 */
final class Tickets {

    static final Duration HANDED_OUT = Duration.ofHours(2);
    static final Duration ACCEPTED = Duration.ofHours(3);

    private final Map<String, Ticket> current = new HashMap<>();
    private final Map<String, Ticket> all = new LinkedHashMap<>();

    /** Returns the current ticket of a type, or a new one if the current one is no longer handed out. */
    String get(String type, Instant now, Supplier<String> another) {
        Ticket ticket = current.get(type);
        if (ticket == null || !now.isBefore(ticket.issuedAt.plus(HANDED_OUT))) {
            ticket = new Ticket(another.get(), type, now);
            current.put(type, ticket);
            all.put(ticket.value, ticket);
        }
        return ticket.value;
    }

    /** Stops handing out the current ticket of a type, so that the next call returns a new one. */
    void end(String type) {
        current.remove(type);
    }

    Optional<String> current(String type) {
        return Optional.ofNullable(current.get(type)).map(Ticket::value);
    }

    int issued() {
        return all.size();
    }

    boolean accepted(@Nullable String value, String type, Instant now) {
        Ticket ticket = value == null ? null : all.get(value);
        return ticket != null && ticket.type.equals(type) && now.isBefore(ticket.issuedAt.plus(ACCEPTED));
    }

    /** Returns all accepted tickets of a type. */
    Iterable<String> accepted(String type, Instant now) {
        return all.keySet().stream().filter(value -> accepted(value, type, now)).toList();
    }

    private record Ticket(String value, String type, Instant issuedAt) {}
}
