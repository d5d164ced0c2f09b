package io.github.wxtoken.monitor;

import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.support.RepeatedTask;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Logs reminders of failures, outages of the store and summaries. Checks once a second, as none has an event. Once a
 * minute, it lets relayed calls age.
 */
@Component
final class Reminders implements AutoCloseable {

    private final ScheduledFuture<?> ticking;
    private final ScheduledFuture<?> aging;

    Reminders(
            EventLog events,
            AuditLog audit,
            RelayActivity relay,
            TokenKeeper keeper,
            InstantSource clock,
            ScheduledExecutorService tokenTimer) {
        StoreOutages outages = new StoreOutages(clock);
        Runnable failures = new RepeatedTask(
                "Logging reminders of failures",
                () -> events.tick(
                        key -> Optional.ofNullable(keeper.status(key).record().failure())));
        Runnable storeTroubles =
                new RepeatedTask("Logging outages of the store", () -> outages.tick(keeper.storeTroubles()));
        Runnable summaries = new RepeatedTask("Writing summaries to the audit log", audit::tick);
        this.ticking = tokenTimer.scheduleWithFixedDelay(
                () -> {
                    failures.run();
                    storeTroubles.run();
                    summaries.run();
                },
                1,
                1,
                TimeUnit.SECONDS);
        this.aging = tokenTimer.scheduleAtFixedRate(
                new RepeatedTask("Counting relayed calls", relay::tick), 1, 1, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
        ticking.cancel(false);
        aging.cancel(false);
    }
}
