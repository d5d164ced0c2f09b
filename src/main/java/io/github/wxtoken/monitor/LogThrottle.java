package io.github.wxtoken.monitor;

import io.github.wxtoken.monitor.LogLine.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Keeps the log readable when thousands of accounts have the same event. For each topic, the first lines of a minute
 * are written. The accounts of further lines are counted, and a summary is written at the end of the minute.
 * Thread-safe.
 */
final class LogThrottle {

    /** The number of lines written per topic and minute. */
    static final int FEW = 10;

    /** The maximum number of topics per minute. Further ones are grouped by subject only. */
    static final int MOST_TOPICS = 100;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Logger log;
    private final InstantSource clock;
    private final Map<Topic, Minute> minutes = new LinkedHashMap<>();

    LogThrottle(Logger log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Writes a line or counts it. */
    void write(LogLine line) {
        if (log.isEnabledForLevel(line.level()) && (line.level() == Level.DEBUG || mayWrite(line))) {
            line.write(log);
        }
    }

    private boolean mayWrite(LogLine line) {
        synchronized (minutes) {
            Topic topic = line.topic();
            if (minutes.size() >= MOST_TOPICS && !minutes.containsKey(topic)) {
                topic = new Topic(topic.kind(), 0, null);
            }
            Minute minute = minutes.computeIfAbsent(topic, begins -> new Minute(clock.instant(), line.level()));
            if (minute.lines < FEW) {
                minute.lines++;
                return true;
            }
            minute.more.add(line.appid());
            return false;
        }
    }

    /** Writes the summaries of the minutes that have ended. */
    void tick() {
        sumUp(clock.instant().minus(MINUTE));
    }

    /** Writes all remaining summaries. */
    void close() {
        sumUp(Instant.MAX);
    }

    private void sumUp(Instant begunBy) {
        Map<Topic, Minute> over = new LinkedHashMap<>();
        synchronized (minutes) {
            for (Iterator<Map.Entry<Topic, Minute>> all = minutes.entrySet().iterator(); all.hasNext(); ) {
                Map.Entry<Topic, Minute> each = all.next();
                if (!each.getValue().begin.isAfter(begunBy)) {
                    over.put(each.getKey(), each.getValue());
                    all.remove();
                }
            }
        }
        over.forEach((topic, minute) -> {
            if (!minute.more.isEmpty()) {
                topic.sumUp(log, minute.level, minute.more.size());
            }
        });
    }

    /** The lines of one topic in the minute that began with its first line. Guarded by the map that contains it. */
    private static final class Minute {

        private final Instant begin;
        private final Level level;
        private final Set<String> more = new HashSet<>();
        private int lines;

        Minute(Instant begin, Level level) {
            this.begin = begin;
            this.level = level;
        }
    }
}
