package io.github.wxtoken.keeper;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Starts the keeper with the application and stops it while the web server completes its last requests. */
final class TokenLifecycle implements SmartLifecycle {

    /**
     * How long the fetches in progress may take to end. The whole server must stop within 5 seconds, and waiting
     * callers must get their errors before the web server ends its last requests.
     */
    private static final Duration PATIENCE = Duration.ofMillis(2500);

    private static final Logger log = LoggerFactory.getLogger(TokenLifecycle.class);

    private final TokenKeeper keeper;
    private volatile boolean running;

    TokenLifecycle(TokenKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public void start() {
        running = true;
        keeper.start();
    }

    @Override
    public void stop(Runnable callback) {
        Thread stopping = new Thread(
                () -> {
                    try {
                        stop();
                    } finally {
                        callback.run();
                    }
                },
                "token-shutdown");
        stopping.start();
    }

    @Override
    public void stop() {
        try {
            if (!keeper.stop(PATIENCE)) {
                log.warn("A fetch was still under way after {}; it is abandoned", PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running = false;
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Returns false: a stopped keeper cannot restart. A pause would lose the tokens' timers, and nobody needs one. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
    }
}
