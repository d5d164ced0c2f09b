package io.github.wxtoken.monitor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what keeps this replica from sharing its records: once when it begins, every 10 minutes while it lasts, and when it
 * is over. Each kind of trouble takes one line, however many tokens it affects. Not thread-safe.
 */
final class StoreOutages {

    private static final Duration REMINDER = Duration.ofMinutes(10);
    private static final Logger log = LoggerFactory.getLogger(StoreOutages.class);

    private final InstantSource clock;

    /** When to log each trouble again, by its text. A trouble that gives way to another one may soon be back. */
    private final Map<String, Instant> nextLine = new TreeMap<>();

    StoreOutages(InstantSource clock) {
        this.clock = clock;
    }

    /** Logs what is due, given the number of tokens by trouble. */
    void tick(Map<String, Integer> troubles) {
        Instant now = clock.instant();
        troubles.forEach((text, count) -> {
            if (!now.isBefore(nextLine.getOrDefault(text, Instant.MIN))) {
                nextLine.put(text, now.plus(REMINDER));
                log.warn("The store that replicas share cannot be used for {} token(s): {}", count, text);
            }
        });
        if (!nextLine.isEmpty() && troubles.isEmpty()) {
            nextLine.clear();
            log.info("The store that replicas share can be used again");
        }
    }
}
