package io.github.wxtoken.monitor;

import io.github.wxtoken.token.TokenKeeper;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Has the {@link EventLog} tell, every second, what is due to be told without an event. */
@Component
final class Reminders implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Reminders.class);

    private final ScheduledFuture<?> ticking;

    Reminders(EventLog events, TokenKeeper keeper, ScheduledExecutorService tokenTimer) {
        this.ticking = tokenTimer.scheduleWithFixedDelay(() -> tick(events, keeper), 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        ticking.cancel(false);
    }

    private static void tick(EventLog events, TokenKeeper keeper) {
        try {
            events.tick(key -> Optional.ofNullable(keeper.status(key).record().failure()));
        } catch (RuntimeException e) {
            // A scheduler drops a task that throws.
            log.error("The event log could not be continued", e);
        }
    }
}
