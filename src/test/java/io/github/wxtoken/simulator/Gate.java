package io.github.wxtoken.simulator;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Where held calls wait until they are released. */
final class Gate {

    private static final long PATIENCE_SECONDS = 10;

    private int waiting;
    private int releases;

    /** Waits for the next release, or until {@code abandoned} says, at a {@link #wake}, that there is no point. */
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
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (waiting < calls) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("%d calls are held, not %d".formatted(waiting, calls));
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for calls to be held", e);
        }
    }
}
