package io.github.wxtoken.token;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keeper of the tokens: hands out the current one, takes reports of refused ones, and keeps all of them fresh between
 * {@link #start()} and {@link #stop(Duration)}. Thread-safe.
 */
public final class TokenKeeper {

    /** How long a caller waits for a token at most. */
    static final Duration MAX_WAIT = Duration.ofSeconds(3);

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(TokenKeeper.class);

    private final Map<TokenKey, TokenSlot> slots = new LinkedHashMap<>();
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final Reports reports;
    private final Refresher refresher;
    private final Watchdog watchdog;
    private final Outages outages;
    private @Nullable ScheduledFuture<?> ticking;

    TokenKeeper(
            Accounts accounts,
            TokenStore store,
            TokenSource source,
            RefreshProperties properties,
            InstantSource clock,
            ScheduledExecutorService timer,
            RandomGenerator random,
            String owner,
            List<TokenListener> listeners) {
        for (Account account : accounts.all()) {
            TokenKey key = TokenKey.accessToken(account.appid());
            slots.put(key, new TokenSlot(account, key, properties.policy(account), store, clock, timer));
        }
        this.clock = clock;
        this.timer = timer;
        TokenListener listener = event -> tell(listeners, event);
        Collection<TokenSlot> all = slots.values();
        Prober prober = new Prober(source, timer);
        this.refresher = new Refresher(all, source, clock, timer, random, owner, listener);
        this.reports = new Reports(prober, refresher, timer, listener);
        this.outages = new Outages(all, listener);
        this.watchdog = new Watchdog(all, prober, timer, (slot, finding) -> {
            reports.doubt(slot, finding, Trigger.WATCHDOG);
            refresher.wake(slot);
        });
        store.watch(key -> {
            TokenSlot slot = slots.get(key);
            if (slot != null) {
                slot.reload();
            }
        });
    }

    /** Begins to keep the tokens fresh: at once, and then once a second. */
    public void start() {
        slots.values().forEach(TokenSlot::reload);
        ticking = timer.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Begins nothing any more, lets the fetches under way be committed or fail, and sends away those who still wait. For
     * good: it cannot be started again.
     *
     * @param patience how long to wait for them
     * @return false when some are still under way after that
     */
    public boolean stop(Duration patience) throws InterruptedException {
        if (ticking != null) {
            ticking.cancel(false);
        }
        try {
            return refresher.stop(patience);
        } finally {
            slots.values().forEach(TokenSlot::close);
        }
    }

    /**
     * The current token.
     *
     * @return already complete where there is a usable one; else completes when one has come, and fails with
     *     {@link TokenUnavailableException} after 3 seconds, or sooner where none can come by then
     * @throws IllegalArgumentException for a key that is not kept
     */
    public CompletableFuture<ServedToken> current(TokenKey key) {
        TokenSlot slot = slot(key);
        ServedToken served = slot.served();
        return served != null
                ? CompletableFuture.completedFuture(served)
                : slot.await(0, clock.instant().plus(MAX_WAIT));
    }

    /**
     * Takes the report that WeChat refused a token, and answers with a working one.
     *
     * @param refused the refused value, or null for whichever is current
     * @return fails with {@link TokenUnavailableException} as {@link #current} does, and where the budget forbids to act
     * @throws IllegalArgumentException for a key that is not kept
     */
    public CompletableFuture<Report> report(TokenKey key, @Nullable String refused) {
        return reports.examine(slot(key), refused, clock.instant().plus(MAX_WAIT));
    }

    /** How a token stands, for operators. */
    public TokenStatus status(TokenKey key) {
        return slot(key).status();
    }

    /** The keys of all tokens kept, in the order of the configuration. */
    public Collection<TokenKey> keys() {
        return List.copyOf(slots.keySet());
    }

    private void tick() {
        try {
            refresher.tick();
            watchdog.tick();
            outages.tick();
        } catch (RuntimeException | Error e) {
            // Whatever it was, the next tick must come: a scheduler drops a task that throws.
            log.error("A tick failed", e);
        }
    }

    private TokenSlot slot(TokenKey key) {
        TokenSlot slot = slots.get(key);
        if (slot == null) {
            throw new IllegalArgumentException("not kept: " + key);
        }
        return slot;
    }

    /** Tells all listeners; one that throws keeps neither the others nor the refresher from going on. */
    private static void tell(List<TokenListener> listeners, TokenEvent event) {
        for (TokenListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                log.error("A listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }
}
