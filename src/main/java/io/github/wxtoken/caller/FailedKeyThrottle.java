package io.github.wxtoken.caller;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The brake on guessing keys: an address that goes on failing is answered a second late. That costs no thread, and nobody
 * else at that address: a valid key is served at once. Thread-safe.
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
                .description("Calls that showed no valid key")
                .register(meters);
    }

    /**
     * Counts a call that showed no valid key, or no valid access_token where one is enough.
     *
     * @return completes when the call is to be answered: with true to be told so, or with false to be sent away because
     *     too many wait for their answer
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
