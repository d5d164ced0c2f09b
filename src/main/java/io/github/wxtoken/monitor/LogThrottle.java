package io.github.wxtoken.monitor;

import io.github.wxtoken.monitor.LogLine.Topic;
import io.github.wxtoken.support.EventThrottle;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Keeps the log readable when thousands of accounts have the same event. For each topic, the first lines of a minute
 * are written. The accounts of further lines are counted, and a summary is written at the end of the minute.
 * Thread-safe.
 */
final class LogThrottle {

    /** The maximum number of topics per minute. Further ones are grouped by subject only. */
    static final int MOST_TOPICS = 100;

    private final Logger log;
    private final EventThrottle<Topic> throttle;

    LogThrottle(Logger log, InstantSource clock) {
        this.log = log;
        this.throttle = new EventThrottle<>(
                clock,
                MOST_TOPICS,
                Topic::coarser,
                (topic, suppressed) -> topic.sumUp(log, suppressed.subjects().size()));
    }

    /** Writes a line or counts it. */
    void write(LogLine line) {
        if (log.isEnabledForLevel(line.level())
                && (line.level() == Level.DEBUG || throttle.mayWrite(line.topic(), line.appid()))) {
            line.write(log);
        }
    }

    /** Writes the summaries of the minutes that have ended. */
    void tick() {
        throttle.tick();
    }

    /** Writes all remaining summaries. */
    void close() {
        throttle.close();
    }
}
