package io.github.wxtoken.keeper;

import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Detects tokens that cannot be served, for any reason. Publishes an event when such an outage begins and regularly
 * while it lasts. A first token may take as long as a fetch before that counts as an outage. Not thread-safe.
 */
final class Outages {

    /** As long as callers wait. A dead token is usually replaced earlier. */
    private static final Duration BEGINS_AFTER = RefreshPolicy.MAX_WAIT;

    /** As long as a fetch may take: until then, a first token that nothing has prevented yet is on its way. */
    private static final Duration FIRST_BEGINS_AFTER = RefreshPolicy.CLAIM;

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
            boolean first = isFirstOnItsWay(slot) && now.isBefore(outage.since.plus(FIRST_BEGINS_AFTER));
            if (!first && !now.isBefore(outage.tellAt)) {
                outages.put(slot.key(), new Outage(outage.since, now.plus(REMINDER)));
                TokenUnavailableException reason = slot.waiting().unavailable();
                events.accept(new TokenEvent.Unserved(
                        slot.account(), slot.key(), outage.since, String.valueOf(reason.getMessage())));
            }
        }
    }

    /** Returns whether there has never been a token and nothing prevents its fetch, as far as is known. */
    private static boolean isFirstOnItsWay(TokenSlot slot) {
        TokenRecord record = slot.record();
        boolean prevented = record.failure() != null
                || slot.shared().trouble() != null
                || record.budgetHolds(slot.now(), slot.policy());
        return record.current() == null && !prevented;
    }

    private record Outage(Instant since, Instant tellAt) {}
}
