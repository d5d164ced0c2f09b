package io.github.wxtoken.keeper;

import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Detects tokens that cannot be served, for any reason. Publishes an event when such an outage begins and regularly
 * while it lasts. Not thread-safe.
 */
final class Outages {

    /** As long as callers wait. A dead token is usually replaced earlier. */
    private static final Duration BEGINS_AFTER = RefreshPolicy.MAX_WAIT;

    private static final Duration REMINDER = Duration.ofMinutes(10);

    private final Collection<TokenSlot> slots;
    private final Consumer<TokenEvent> events;
    private final Map<TokenKey, Outage> outages = new HashMap<>();

    Outages(Collection<TokenSlot> slots, Consumer<TokenEvent> events) {
        this.slots = slots;
        this.events = events;
    }

    /** Checks all tokens. */
    void tick() {
        for (TokenSlot slot : slots) {
            if (slot.served() != null) {
                if (!outages.isEmpty()) {
                    outages.remove(slot.key());
                }
                continue;
            }
            Instant now = slot.now();
            Outage outage = outages.computeIfAbsent(slot.key(), key -> new Outage(now, now.plus(BEGINS_AFTER)));
            if (!now.isBefore(outage.tellAt)) {
                outages.put(slot.key(), new Outage(outage.since, now.plus(REMINDER)));
                TokenUnavailableException reason = slot.waiting().unavailable();
                events.accept(new TokenEvent.Unserved(
                        slot.account(), slot.key(), outage.since, String.valueOf(reason.getMessage())));
            }
        }
    }

    private record Outage(Instant since, Instant tellAt) {}
}
