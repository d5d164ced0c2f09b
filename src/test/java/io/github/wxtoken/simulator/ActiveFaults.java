package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faults in effect, in order of setting. Thread-safe. */
final class ActiveFaults {

    private final InstantSource clock;
    private final Gate gate = new Gate();
    private final List<Rule> rules = new ArrayList<>();
    private volatile Duration slowness = Duration.ofSeconds(2);

    ActiveFaults(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void add(Rule rule) {
        rules.add(rule);
    }

    /** Returns the fault that hits this call; null if none does. */
    synchronized @Nullable Fault draw(CallKind kind, int host, @Nullable String appid) {
        for (Iterator<Rule> each = rules.iterator(); each.hasNext(); ) {
            Rule rule = each.next();
            FaultDecision strike =
                    rule.concerns(kind, host, appid) ? rule.decision().about(now()) : FaultDecision.MISS;
            if (strike == FaultDecision.HIT) {
                return rule.fault();
            }
            if (strike == FaultDecision.OVER) {
                each.remove();
            }
        }
        return null;
    }

    synchronized List<Fault> faults() {
        return rules.stream().map(Rule::fault).toList();
    }

    void clear() {
        synchronized (this) {
            rules.clear();
        }
        gate.release();
    }

    Instant now() {
        return clock.instant();
    }

    Gate gate() {
        return gate;
    }

    Duration slowness() {
        return slowness;
    }

    void slowness(Duration howSlow) {
        slowness = howSlow;
    }

    /** One fault in effect; null matches any value. */
    record Rule(
            Fault fault,
            @Nullable CallKind kind,
            @Nullable Integer host,
            @Nullable String appid,
            FaultDecision.Decision decision) {

        boolean concerns(CallKind callKind, int callHost, @Nullable String callAppid) {
            return fault.concerns(callKind)
                    && (kind == null || kind == callKind)
                    && (host == null || host == callHost)
                    && (appid == null || appid.equals(callAppid));
        }
    }
}
