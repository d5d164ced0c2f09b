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
 * The tickets of an account, by type. Not safe for use by several threads: the account guards it.
 *
 * <p>A ticket is handed out for two hours, always with the same {@code expires_in}, and accepted for an hour more: some
 * have seen that, and nobody has said it.
 */
final class Tickets {

    static final Duration HANDED_OUT = Duration.ofHours(2);
    static final Duration ACCEPTED = Duration.ofHours(3);

    private final Map<String, Ticket> current = new HashMap<>();
    private final Map<String, Ticket> all = new LinkedHashMap<>();

    /** The ticket of a type, another one if its time is over. */
    String get(String type, Instant now, Supplier<String> another) {
        Ticket ticket = current.get(type);
        if (ticket == null || !now.isBefore(ticket.issuedAt.plus(HANDED_OUT))) {
            ticket = new Ticket(another.get(), type, now);
            current.put(type, ticket);
            all.put(ticket.value, ticket);
        }
        return ticket.value;
    }

    /** Ends the time of the current ticket of a type, so that the next call is answered with another one. */
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

    /** All tickets of a type that are accepted. */
    Iterable<String> accepted(String type, Instant now) {
        return all.keySet().stream().filter(value -> accepted(value, type, now)).toList();
    }

    private record Ticket(String value, String type, Instant issuedAt) {}
}
