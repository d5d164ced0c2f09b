package io.github.wxtoken.relay;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits the number of calls in progress. While less than half of them are taken, a caller may take any number; beyond,
 * at most an eighth of all. Thread-safe.
 *
 * @param <O> the type of the owners
 */
final class CallsInFlight<O> {

    private final int all;
    private final Map<O, Integer> taken = new HashMap<>();
    private int total;

    CallsInFlight(int all) {
        this.all = all;
    }

    /** Takes a place for a call of an owner. Returns false if there is none; otherwise it must be given back. */
    synchronized boolean tryTake(O owner) {
        int own = taken.getOrDefault(owner, 0);
        if (total >= all || (total >= all / 2 && own >= Math.max(1, all / 8))) {
            return false;
        }
        taken.put(owner, own + 1);
        total++;
        return true;
    }

    /** Returns the maximum number of calls in progress. */
    int limit() {
        return all;
    }

    /** Returns the number of calls in progress. */
    synchronized int inFlight() {
        return total;
    }

    /** Gives back a place. */
    synchronized void giveBack(O owner) {
        taken.computeIfPresent(owner, (same, own) -> own == 1 ? null : own - 1);
        total--;
    }
}
