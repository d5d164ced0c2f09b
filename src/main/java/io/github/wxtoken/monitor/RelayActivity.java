package io.github.wxtoken.monitor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Sums up the relayed calls of this replica, as its meters count them: since the start and in the last minutes.
 * Thread-safe.
 */
@Component
final class RelayActivity {

    /** The number of minutes that count as recent. */
    static final int MINUTES = 10;

    private static final String METERS = "wxtoken.relay.";

    private final MeterRegistry meters;

    /** The counts at the last ticks, the oldest first. With fewer than {@link #MINUTES}, all calls are recent. */
    private final Deque<Counts> ticks = new ArrayDeque<>();

    RelayActivity(MeterRegistry meters) {
        this.meters = meters;
    }

    /** Keeps the current counts. Must be called once a minute. */
    synchronized void tick() {
        ticks.addLast(counts());
        if (ticks.size() > MINUTES) {
            ticks.removeFirst();
        }
    }

    /** Returns the activity, or null if no caller may use the relay, or its meters are disabled. */
    @Nullable
    Relayed current() {
        Gauge limit = meters.find(METERS + "in.flight.limit").gauge();
        Gauge inFlight = meters.find(METERS + "in.flight").gauge();
        if (limit == null || inFlight == null || !(limit.value() > 0)) {
            return null;
        }
        Counts now = counts();
        return new Relayed((int) inFlight.value(), (int) limit.value(), MINUTES, now.since(oldest()), now);
    }

    private synchronized @Nullable Counts oldest() {
        return ticks.size() < MINUTES ? null : ticks.getFirst();
    }

    private Counts counts() {
        Map<String, Long> outcomes = new TreeMap<>();
        for (Timer calls : meters.find(METERS + "calls").timers()) {
            if (calls.count() > 0) {
                outcomes.merge(String.valueOf(calls.getId().getTag("outcome")), calls.count(), Long::sum);
            }
        }
        double healed = meters.find(METERS + "healed").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
        return new Counts((long) healed, outcomes);
    }

    /**
     * The relayed calls of this replica.
     *
     * @param inFlight the number of calls in progress
     * @param limit the maximum number of calls in progress
     * @param minutes the number of minutes that are recent
     * @param recent the calls that ended in the last minutes
     * @param sinceStart the calls that have ended since the start
     */
    record Relayed(int inFlight, int limit, int minutes, Counts recent, Counts sinceStart) {}

    /**
     * The numbers of calls.
     *
     * @param healed the calls that were repeated with another token, and then accepted
     * @param outcomes all calls by outcome, as the tag of the metric names it; those without a call since the start are
     *     absent
     */
    record Counts(long healed, Map<String, Long> outcomes) {

        Counts {
            outcomes = new TreeMap<>(outcomes);
        }

        private Counts since(@Nullable Counts before) {
            if (before == null) {
                return this;
            }
            Map<String, Long> more = new TreeMap<>();
            outcomes.forEach((outcome, count) -> more.put(outcome, count - before.outcomes.getOrDefault(outcome, 0L)));
            return new Counts(healed - before.healed, more);
        }
    }
}
