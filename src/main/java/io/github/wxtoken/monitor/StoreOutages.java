package io.github.wxtoken.monitor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the problems that keep this replica from sharing its records: when one begins, every 10 minutes while it lasts,
 * and when all have ended. Each problem takes one line for all affected tokens. Not thread-safe.
 */
final class StoreOutages {

    private static final Duration REMINDER = Duration.ofMinutes(10);
    private static final Logger log = LoggerFactory.getLogger(StoreOutages.class);

    private final InstantSource clock;

    /** The next time to log each problem, by its text. A problem that is absent while another lasts may soon return. */
    private final Map<String, Instant> nextLine = new TreeMap<>();

    StoreOutages(InstantSource clock) {
        this.clock = clock;
    }

    /** Logs the problems that are due, given the number of affected tokens by problem. */
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
