package io.github.wxtoken.support;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * Bounds a log of repeated events. In each group of similar events, the first few of a minute may be written. The
 * others are counted, for a summary at the end of the minute. The minute of a group begins with its first event. The
 * number of groups is bounded, too. Thread-safe.
 *
 * @param <G> the grouping key
 */
public final class EventThrottle<G> implements AutoCloseable {

    /** The number of events that may be written per group and minute. */
    public static final int FEW = 10;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final int mostGroups;
    private final UnaryOperator<G> coarser;
    private final BiConsumer<G, Suppressed> summary;
    private final Map<G, Minute> minutes = new LinkedHashMap<>();

    /**
     * Creates a throttle.
     *
     * @param mostGroups the maximum number of groups per minute, not counting coarser ones
     * @param coarser returns the group that stands for any further group; there must be few of them
     * @param summary writes the summary of a group; called without a lock
     */
    public EventThrottle(
            InstantSource clock, int mostGroups, UnaryOperator<G> coarser, BiConsumer<G, Suppressed> summary) {
        this.clock = clock;
        this.mostGroups = mostGroups;
        this.coarser = coarser;
        this.summary = summary;
    }

    /**
     * Returns whether an event may be written; otherwise counts it.
     *
     * @param subject what the event is about, from a bounded set such as the configured accounts
     */
    public synchronized boolean mayWrite(G group, String subject) {
        Minute minute = minute(group);
        if (minute.written < FEW) {
            minute.written++;
            return true;
        }
        minute.suppress(subject);
        return false;
    }

    /** Counts an event that is not to be written. */
    public synchronized void suppress(G group, String subject) {
        minute(group).suppress(subject);
    }

    private Minute minute(G group) {
        boolean full = minutes.size() >= mostGroups && !minutes.containsKey(group);
        return minutes.computeIfAbsent(full ? coarser.apply(group) : group, begins -> new Minute(clock.instant()));
    }

    /** Writes the summaries of the minutes that have ended. */
    public void tick() {
        endedBy(clock.instant().minus(MINUTE)).forEach(summary);
    }

    /** Writes all remaining summaries. */
    @Override
    public void close() {
        endedBy(Instant.MAX).forEach(summary);
    }

    private synchronized Map<G, Suppressed> endedBy(Instant begunBy) {
        Map<G, Suppressed> over = new LinkedHashMap<>();
        for (Iterator<Map.Entry<G, Minute>> all = minutes.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<G, Minute> each = all.next();
            Minute minute = each.getValue();
            if (!minute.begin.isAfter(begunBy)) {
                if (minute.suppressed > 0) {
                    over.put(each.getKey(), new Suppressed(minute.subjects, minute.suppressed));
                }
                all.remove();
            }
        }
        return over;
    }

    /**
     * The events of a group that were not written in a minute.
     *
     * @param subjects their different subjects
     * @param times their number
     */
    public record Suppressed(Set<String> subjects, int times) {}

    /** The events of one group in the minute that began with the first one. Guarded by the throttle. */
    private static final class Minute {

        private final Instant begin;
        private final Set<String> subjects = new HashSet<>();
        private int written;
        private int suppressed;

        Minute(Instant begin) {
            this.begin = begin;
        }

        void suppress(String subject) {
            subjects.add(subject);
            suppressed++;
        }
    }
}
