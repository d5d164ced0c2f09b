package io.github.wxtoken.token;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what keeps this replica from sharing its records: once when it begins, now and then while it lasts, and when it is
 * over; in one line for all tokens alike. For one thread.
 */
final class StoreOutages {

    private static final Duration REMINDER = Duration.ofMinutes(10);
    private static final Logger log = LoggerFactory.getLogger(StoreOutages.class);

    private final Collection<TokenSlot> slots;
    private final InstantSource clock;

    /** When each trouble is to be told of again, by what it is. One that gives way to another may soon be back. */
    private final Map<String, Instant> told = new TreeMap<>();

    StoreOutages(Collection<TokenSlot> slots, InstantSource clock) {
        this.slots = slots;
        this.clock = clock;
    }

    /** Looks at all tokens. */
    void tick() {
        Map<String, Integer> troubles = new TreeMap<>();
        for (TokenSlot slot : slots) {
            StoreTrouble trouble = slot.shared().trouble();
            if (trouble != null) {
                troubles.merge(trouble.text(), 1, Integer::sum);
            }
        }
        Instant now = clock.instant();
        troubles.forEach((text, count) -> {
            if (!now.isBefore(told.getOrDefault(text, Instant.MIN))) {
                told.put(text, now.plus(REMINDER));
                log.warn("The store that replicas share cannot be used for {} token(s): {}", count, text);
            }
        });
        if (!told.isEmpty() && troubles.isEmpty()) {
            told.clear();
            log.info("The store that replicas share can be used again");
        }
    }
}
