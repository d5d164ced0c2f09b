package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The switchboard of faults, or the part of it that concerns some calls only: {@link #on}, {@link #at} and {@link #of}
 * narrow it down. For each call, the first fault that was set, concerns it and strikes is the one that counts.
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

    /** The faults of calls of one kind. */
    public Faults on(CallKind onlyKind) {
        return new Faults(board, onlyKind, host, appid);
    }

    /** The faults of one virtual host. */
    public Faults at(Host onlyHost) {
        return new Faults(board, kind, onlyHost.index(), appid);
    }

    /** The faults of one account. */
    public Faults of(String onlyAppid) {
        return new Faults(board, kind, host, onlyAppid);
    }

    /** Strikes the next calls, so many of them. */
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

    /** Strikes every call until so much time has passed by the simulator's clock. */
    public Faults during(Fault fault, Duration period) {
        var end = board.now().plus(period);
        return set(fault, now -> now.isBefore(end) ? Strike.HIT : Strike.OVER);
    }

    /** Takes back every fault of the whole switchboard, and releases what is held. */
    public void clear() {
        board.clear();
    }

    /** How much time the slow faults take, on the machine's clock; 2 s at first. */
    public Faults slowness(Duration howSlow) {
        board.slowness(howSlow);
        return this;
    }

    /** Returns once so many calls are being held at the same time; fails if that takes longer than 10 s. */
    public void awaitHeld(int calls) {
        board.gate().awaitHeld(calls);
    }

    /** Lets go the calls that are being held. Those that come later are held again. */
    public void release() {
        board.gate().release();
    }

    private Faults set(Fault fault, Strike.Decision decision) {
        board.add(new Switchboard.Rule(fault, kind, host, appid, decision));
        return this;
    }
}
