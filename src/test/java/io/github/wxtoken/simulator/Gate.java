package io.github.wxtoken.simulator;

import java.util.function.BooleanSupplier;

/** Holds calls until they are released. */
final class Gate {

    private int waiting;
    private int releases;

    /** Waits for the next release or until {@code abandoned} returns true, which each {@link #wake} has it check. */
    synchronized void pass(BooleanSupplier abandoned) throws InterruptedException {
        int releasesBefore = releases;
        waiting++;
        notifyAll();
        try {
            while (releases == releasesBefore && !abandoned.getAsBoolean()) {
                wait();
            }
        } finally {
            waiting--;
        }
    }

    synchronized void release() {
        releases++;
        notifyAll();
    }

    synchronized void wake() {
        notifyAll();
    }

    synchronized void awaitHeld(int calls) {
        WaitLimit.await(this, () -> waiting >= calls, () -> waiting + " calls are held, not " + calls);
    }
}
