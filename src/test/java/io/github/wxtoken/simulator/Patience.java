package io.github.wxtoken.simulator;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** How long a test waits for what it knows must come before it gives up: real time, and no part of what is tested. */
final class Patience {

    private static final long SECONDS = 10;

    private Patience() {}

    /** Waits on a monitor, which the caller holds, until the condition is met. */
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
