package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sets the faults, for all calls or for a subset that {@link #on}, {@link #at} and {@link #of} select. For each call
 * the first fault in order of setting that concerns it and decides to hit is applied.
 */
public final class Faults {

    private final ActiveFaults faults;
    private final @Nullable CallKind kind;
    private final @Nullable Integer host;
    private final @Nullable String appid;

    Faults(ActiveFaults faults) {
        this(faults, null, null, null);
    }

    private Faults(ActiveFaults faults, @Nullable CallKind kind, @Nullable Integer host, @Nullable String appid) {
        this.faults = faults;
        this.kind = kind;
        this.host = host;
        this.appid = appid;
    }

    /** Returns the faults of calls of one kind. */
    public Faults on(CallKind onlyKind) {
        return new Faults(faults, onlyKind, host, appid);
    }

    /** Returns the faults of one virtual host. */
    public Faults at(Host onlyHost) {
        return new Faults(faults, kind, onlyHost.index(), appid);
    }

    /** Returns the faults of one account. */
    public Faults of(String onlyAppid) {
        return new Faults(faults, kind, host, onlyAppid);
    }

    /** Applies to the given number of calls from now on. */
    public Faults next(Fault fault, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return set(fault, now -> left.getAndDecrement() > 0 ? FaultDecision.HIT : FaultDecision.OVER);
    }

    /** Applies to every call from now on. */
    public Faults always(Fault fault) {
        return set(fault, now -> FaultDecision.HIT);
    }

    /** Applies to a share of all calls, between 0 and 1, drawn from a seed. */
    public Faults share(Fault fault, double share, long seed) {
        Random random = new Random(seed);
        return set(fault, now -> random.nextDouble() < share ? FaultDecision.HIT : FaultDecision.MISS);
    }

    /** Applies to every call until the period has passed on the simulator's clock. */
    public Faults during(Fault fault, Duration period) {
        var end = faults.now().plus(period);
        return set(fault, now -> now.isBefore(end) ? FaultDecision.HIT : FaultDecision.OVER);
    }

    /** Removes every fault, whatever its subset, and releases held calls. */
    public void clear() {
        faults.clear();
    }

    /** Sets the duration of the slow faults on the machine's clock. The default is 2 s. */
    public Faults slowness(Duration howSlow) {
        faults.slowness(howSlow);
        return this;
    }

    /** Waits until the given number of calls is held at the same time; fails after 10 s. */
    public void awaitHeld(int calls) {
        faults.gate().awaitHeld(calls);
    }

    /** Releases the calls that are held now. Later calls are held again. */
    public void release() {
        faults.gate().release();
    }

    private Faults set(Fault fault, FaultDecision.Decision decision) {
        faults.add(new ActiveFaults.Rule(fault, kind, host, appid, decision));
        return this;
    }
}
