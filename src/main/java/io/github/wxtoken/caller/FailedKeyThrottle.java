package io.github.wxtoken.caller;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Slows down key guessing: an address that keeps failing is answered one second late. The delay holds no thread and
 * does not affect other clients at the address: a valid key is served immediately. Thread-safe.
 */
public final class FailedKeyThrottle {

    private static final int MOST_WAITING = 100;
    private static final int MOST_WAITING_OF_ONE = 20;
    private static final long DELAY_MILLIS = 1000;

    private final RejectionLog rejectionLog;
    private final ScheduledExecutorService timer;
    private final Counter failures;
    private final PerNetworkLimit waiting = new PerNetworkLimit(MOST_WAITING_OF_ONE, MOST_WAITING);

    FailedKeyThrottle(RejectionLog rejectionLog, ScheduledExecutorService timer, MeterRegistry meters) {
        this.rejectionLog = rejectionLog;
        this.timer = timer;
        this.failures = Counter.builder("wxtoken.authentication.failures")
                .description("Calls without a valid key")
                .register(meters);
    }

    /**
     * Counts a call without a valid key, or without a valid access_token where that is sufficient.
     *
     * @return completes when the call is to be answered: with true to reject it as unauthorized, or with false if too
     *     many calls wait for a delayed answer
     */
    public CompletableFuture<Boolean> failed(String address) {
        failures.increment();
        if (!rejectionLog.add(null, "unauthorized", address)) {
            return CompletableFuture.completedFuture(true);
        }
        if (!waiting.tryTake(address)) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> later = new CompletableFuture<>();
        timer.schedule(
                () -> {
                    waiting.giveBack(address);
                    later.complete(true);
                },
                DELAY_MILLIS,
                TimeUnit.MILLISECONDS);
        return later;
    }
}
