package io.github.wxtoken.monitor;

import io.github.wxtoken.keeper.TokenKeeper;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Logs what needs no event, once a second: reminders of failures, and outages of the store. */
@Component
final class Reminders implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Reminders.class);

    private final ScheduledFuture<?> ticking;

    Reminders(EventLog events, TokenKeeper keeper, InstantSource clock, ScheduledExecutorService tokenTimer) {
        StoreOutages outages = new StoreOutages(clock);
        this.ticking = tokenTimer.scheduleWithFixedDelay(
                () -> {
                    guard(() -> events.tick(key ->
                            Optional.ofNullable(keeper.status(key).record().failure())));
                    guard(() -> outages.tick(keeper.storeTroubles()));
                },
                1,
                1,
                TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        ticking.cancel(false);
    }

    private static void guard(Runnable tick) {
        try {
            tick.run();
        } catch (RuntimeException | Error e) {
            // A scheduler drops a task that throws.
            log.error("Could not log the reminders", e);
        }
    }
}
