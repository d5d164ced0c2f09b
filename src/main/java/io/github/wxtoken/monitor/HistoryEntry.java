package io.github.wxtoken.monitor;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An event of a token in the {@link History}.
 *
 * @param at when the event first happened
 * @param type the type of the event
 * @param details further facts by name; events of different types have different ones
 * @param errmsg WeChat's {@code errmsg}, or a description of the transport failure; may differ in similar events
 * @param times how often the event happened, if more than once
 * @param lastAt when the event last happened, if more than once
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"at", "type"})
record HistoryEntry(
        Instant at,
        String type,
        @JsonIgnore Map<String, Object> details,
        @Nullable String errmsg,
        @Nullable Integer times,
        @Nullable Instant lastAt) {

    static final String REFRESHED = "refreshed";
    static final String DEAD = "dead";
    static final String ORDERED = "ordered";

    /** The turning points of a token's life. Similar events are not merged across one. */
    private static final Set<String> TURNS = Set.of(REFRESHED, DEAD, ORDERED);

    HistoryEntry {
        details = Map.copyOf(details);
    }

    HistoryEntry(Instant at, String type, Map<String, Object> details, @Nullable String errmsg) {
        this(at, type, details, errmsg, null, null);
    }

    /** Returns the details as fields of the entry itself. */
    @JsonAnyGetter
    Map<String, Object> fields() {
        return new TreeMap<>(details);
    }

    /** Returns whether this is a turning point of the token's life. */
    boolean isTurn() {
        return TURNS.contains(type);
    }

    /** Returns whether another event can be merged into this one. */
    boolean isLike(HistoryEntry other) {
        return !isTurn() && type.equals(other.type) && details.equals(other.details);
    }

    /** Returns this event merged with a newer similar one, with the message of the newer one. */
    HistoryEntry and(HistoryEntry other) {
        int count = (times == null ? 1 : times) + 1;
        return new HistoryEntry(at, type, details, other.errmsg, count, other.at);
    }
}
