package io.github.wxtoken.simulator;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The real-time limit of waits in tests for conditions that must come true. It is not part of what is tested. */
final class WaitLimit {

    private static final long SECONDS = 10;

    private WaitLimit() {}

    /** Waits on a monitor, which the caller must hold, until the condition is met. */
    static void await(Object monitor, BooleanSupplier condition, Supplier<String> complaint) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try {
            while (!condition.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(complaint.get());
                }
                monitor.wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + complaint.get(), e);
        }
    }
}
