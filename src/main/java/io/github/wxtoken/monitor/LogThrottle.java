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
 * Keeps the log readable when thousands of accounts have the same to say: of each topic, the first lines of a minute are
 * written, and the accounts of the others are counted, and summed up when the minute is over. Thread-safe.
 */
final class LogThrottle {

    /** How many lines of one topic are written in a minute. */
    static final int FEW = 10;

    /** How many topics are told apart in a minute; of all further ones, only the kind counts. */
    static final int MOST_TOPICS = 100;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Logger log;
    private final InstantSource clock;
    private final Map<Topic, Minute> minutes = new LinkedHashMap<>();

    LogThrottle(Logger log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Writes a line, or counts it. */
    void say(LogLine line) {
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

    /** Sums up the minutes that are over. */
    void tick() {
        sumUp(clock.instant().minus(MINUTE));
    }

    /** Sums up all that was counted. */
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

    /** What was said of one topic since the first line of it. Guarded by the map that it is in. */
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
