package io.github.wxtoken.api;

import io.github.wxtoken.support.EventThrottle;
import io.github.wxtoken.support.EventThrottle.Suppressed;
import io.github.wxtoken.support.RepeatedTask;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Logs requests that are rejected before Spring MVC: of each reason a few warnings a minute, then the number of the
 * others. Thread-safe.
 */
@Component
final class MalformedRequestLog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MalformedRequestLog.class);

    /** More than there are reasons. */
    private static final int MOST_REASONS = 100;

    private final EventThrottle<String> throttle;

    MalformedRequestLog(InstantSource clock, ScheduledExecutorService rejectionTimer) {
        this.throttle = new EventThrottle<>(clock, MOST_REASONS, UnaryOperator.identity(), MalformedRequestLog::sumUp);
        rejectionTimer.scheduleWithFixedDelay(
                new RepeatedTask("The summary of malformed requests", this::tick), 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Logs or counts a rejected request.
     *
     * @param reason the reason, from a fixed set of sentences
     * @param address the remote address
     */
    void add(String reason, String address) {
        if (throttle.mayWrite(reason, reason)) {
            log.warn("Rejected a malformed request from {}: {}", address, reason);
        }
    }

    /** Writes the summaries of the minutes that have ended. */
    void tick() {
        throttle.tick();
    }

    /** Writes all remaining summaries. */
    @Override
    public void close() {
        throttle.close();
    }

    private static void sumUp(String reason, Suppressed suppressed) {
        log.warn("Rejected {} more malformed request(s) within a minute: {}", suppressed.times(), reason);
    }
}
