package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sets the faults, for all calls or for a subset that {@link #on}, {@link #at} and {@link #of} select. For each call
 * the first fault in order of setting that concerns it and strikes is applied.
 */
public final class Faults {

    private final Switchboard board;
    private final @Nullable CallKind kind;
    private final @Nullable Integer host;
    private final @Nullable String appid;

    Faults(Switchboard board) {
        this(board, null, null, null);
    }

    private Faults(Switchboard board, @Nullable CallKind kind, @Nullable Integer host, @Nullable String appid) {
        this.board = board;
        this.kind = kind;
        this.host = host;
        this.appid = appid;
    }

    /** Returns the faults of calls of one kind. */
    public Faults on(CallKind onlyKind) {
        return new Faults(board, onlyKind, host, appid);
    }

    /** Returns the faults of one virtual host. */
    public Faults at(Host onlyHost) {
        return new Faults(board, kind, onlyHost.index(), appid);
    }

    /** Returns the faults of one account. */
    public Faults of(String onlyAppid) {
        return new Faults(board, kind, host, onlyAppid);
    }

    /** Strikes the given number of calls from now on. */
    public Faults next(Fault fault, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return set(fault, now -> left.getAndDecrement() > 0 ? Strike.HIT : Strike.OVER);
    }

    /** Strikes every call from now on. */
    public Faults always(Fault fault) {
        return set(fault, now -> Strike.HIT);
    }

    /** Strikes a share of all calls, between 0 and 1, drawn from a seed. */
    public Faults share(Fault fault, double share, long seed) {
        Random random = new Random(seed);
        return set(fault, now -> random.nextDouble() < share ? Strike.HIT : Strike.MISS);
    }

    /** Strikes every call until the period has passed on the simulator's clock. */
    public Faults during(Fault fault, Duration period) {
        var end = board.now().plus(period);
        return set(fault, now -> now.isBefore(end) ? Strike.HIT : Strike.OVER);
    }

    /** Removes every fault, whatever its subset, and releases held calls. */
    public void clear() {
        board.clear();
    }

    /** Sets the duration of the slow faults on the machine's clock. The default is 2 s. */
    public Faults slowness(Duration howSlow) {
        board.slowness(howSlow);
        return this;
    }

    /** Waits until the given number of calls is held at the same time; fails after 10 s. */
    public void awaitHeld(int calls) {
        board.gate().awaitHeld(calls);
    }

    /** Releases the calls that are held now. Later calls are held again. */
    public void release() {
        board.gate().release();
    }

    private Faults set(Fault fault, Strike.Decision decision) {
        board.add(new Switchboard.Rule(fault, kind, host, appid, decision));
        return this;
    }
}
