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
 * Notices the accounts that have no usable token, whatever the reason, and tells of each when it begins and now and then
 * while it lasts. For one thread.
 */
final class Outages {

    /** A dead token is usually replaced sooner than this, which is as long as callers wait. */
    private static final Duration BEGINS_AFTER = RefreshPolicy.MAX_WAIT;

    private static final Duration REMINDER = Duration.ofMinutes(10);

    private final Collection<TokenSlot> slots;
    private final Consumer<TokenEvent> events;
    private final Map<TokenKey, Outage> outages = new HashMap<>();

    Outages(Collection<TokenSlot> slots, Consumer<TokenEvent> events) {
        this.slots = slots;
        this.events = events;
    }

    /** Looks at all accounts. */
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
