package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keeper of the tokens: hands out the current one, takes reports of refused ones, and keeps all of them fresh between
 * {@link #start()} and {@link #stop(Duration)}. Thread-safe.
 */
public final class TokenKeeper {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(TokenKeeper.class);

    private final Map<TokenKey, TokenSlot> slots = new LinkedHashMap<>();
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final Reports reports;
    private final VerifiedReads verifiedReads;
    private final Refresher refresher;
    private final Watchdog watchdog;
    private final Orders orders;
    private final String owner;
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
        Consumer<TokenEvent> events = event -> publish(event, listeners);
        for (Account account : accounts.all()) {
            for (TokenKey key : account.keys()) {
                RefreshPolicy policy = properties.policy(account, key.kind());
                slots.put(key, new TokenSlot(account, key, policy, store, owner, clock, timer, events));
            }
        }
        this.clock = clock;
        this.timer = timer;
        this.owner = owner;
        // A list, which is gone through each second, sooner than the map.
        Collection<TokenSlot> all = List.copyOf(slots.values());
        Executor work = store.executor();
        Prober prober = new Prober(source, work, timer, events);
        this.refresher = new Refresher(all, source, clock, timer, work, random, events, this::refused);
        this.reports = new Reports(prober, refresher, timer, work, events);
        this.verifiedReads = new VerifiedReads(prober, refresher, timer, work);
        this.orders = new Orders(source, refresher, clock, timer, work, events);
        this.outages = new Outages(all, events);
        List<TokenSlot> probed =
                all.stream().filter(slot -> slot.policy().probes()).toList();
        this.watchdog = new Watchdog(probed, prober, timer, work, (slot, finding) -> {
            prober.note(slot, finding, Trigger.WATCHDOG);
            refresher.wake(slot);
        });
        store.watch(new SlotWatcher(slots));
    }

    /** Begins to keep the tokens fresh: at once, and then once a second. */
    public void start() {
        slots.values().forEach(slot -> slot.shared().reloadSoon());
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
            slots.values().forEach(slot -> slot.waiting().close());
        }
    }

    /**
     * The current token where there is a usable one, or null; nobody waits.
     *
     * @throws IllegalArgumentException for a key that is not kept
     */
    public @Nullable ServedToken served(TokenKey key) {
        return slot(key).served();
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
                : slot.waiting().await(0, clock.instant().plus(RefreshPolicy.MAX_WAIT));
    }

    /**
     * Takes the report that WeChat refused a token, and answers with a working one.
     *
     * @param refused the refused value, or null for whichever is current
     * @return fails with {@link TokenUnavailableException} as {@link #current} does, and where the budget forbids to act
     * @throws IllegalArgumentException for a key that is not kept
     */
    public CompletableFuture<Report> report(TokenKey key, @Nullable String refused) {
        return reports.examine(slot(key), refused, clock.instant().plus(RefreshPolicy.MAX_WAIT));
    }

    /**
     * Takes the report of a token that has been replaced already, and answers with the one that replaced it. Where it is
     * another report, or there is no usable token, it returns null, and nothing has been done.
     *
     * @throws IllegalArgumentException for a key that is not kept
     */
    public @Nullable Report superseded(TokenKey key, String refused) {
        return reports.superseded(slot(key), refused);
    }

    /**
     * The current token for a client of WeChat's own API, which cannot report a refused one: verified in the last seconds,
     * and with a life that is worth keeping where there is one to be had.
     *
     * @return as from {@link #current}
     * @throws IllegalArgumentException for a key that is not kept
     */
    public CompletableFuture<ServedToken> verified(TokenKey key) {
        return verifiedReads.read(slot(key), clock.instant().plus(RefreshPolicy.MAX_WAIT));
    }

    /**
     * The current token, as soon as its version is none of those that the caller knows.
     *
     * @param known the versions that are not worth an answer
     * @param patience how long to wait for another; then the current token is the answer
     * @return fails with {@link TokenUnavailableException} where there is no usable token by then; completes for all who
     *     wait within half a second of each other
     * @throws IllegalArgumentException for a key that is not kept
     */
    public CompletableFuture<ServedToken> otherThan(TokenKey key, LongPredicate known, Duration patience) {
        TokenSlot slot = slot(key);
        ServedToken served = slot.served();
        return served != null && !known.test(served.version())
                ? CompletableFuture.completedFuture(served)
                : slot.waiting()
                        .await(new Waiter(
                                (other, record) -> !known.test(other.version()),
                                clock.instant().plus(patience),
                                true));
    }

    /**
     * Carries out what an operator orders for an access_token. For a ticket, WeChat is asked again, and may hand out the
     * same.
     *
     * @param by who orders it, for the log
     * @return completes when it is done, or else after some seconds with how far it is; it is done as soon as it can be
     * @throws IllegalArgumentException for a key that is not kept
     */
    public CompletableFuture<Replacement> order(TokenKey key, Action action, String by) {
        return orders.carryOut(slot(key), action, by);
    }

    /** The name of this replica, by which the records tell who has fetched. */
    public String replica() {
        return owner;
    }

    /** The AppID of the account whose current or previous access_token this is, where it may still be used. */
    public Optional<String> holderOf(String accessToken) {
        return slots.values().stream()
                .filter(slot -> slot.key().kind() == TokenKind.ACCESS_TOKEN)
                .filter(slot -> slot.record().mayBeUsed(accessToken, slot.now()))
                .map(slot -> slot.key().appid())
                .findAny();
    }

    /** How many callers wait for a token. */
    public int waiting() {
        return slots.values().stream().mapToInt(slot -> slot.waiting().count()).sum();
    }

    /** How a token stands, for operators. */
    public TokenStatus status(TokenKey key) {
        return slot(key).status();
    }

    /** What keeps this replica from sharing its records, each with the number of tokens; empty where nothing does. */
    public Map<String, Integer> storeTroubles() {
        Map<String, Integer> troubles = new TreeMap<>();
        for (TokenSlot slot : slots.values()) {
            StoreTrouble trouble = slot.shared().trouble();
            if (trouble != null) {
                troubles.merge(trouble.text(), 1, Integer::sum);
            }
        }
        return troubles;
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

    /** An access_token was refused to ourselves, which counts like any report. */
    private void refused(TokenSlot slot, String accessToken) {
        reports.examine(slot, accessToken, clock.instant().plus(RefreshPolicy.MAX_WAIT))
                .exceptionally(e -> null);
    }

    private TokenSlot slot(TokenKey key) {
        TokenSlot slot = slots.get(key);
        if (slot == null) {
            throw new IllegalArgumentException("not kept: " + key);
        }
        return slot;
    }

    /** Publishes an event to all listeners. One that throws stops neither the others nor the refresher. */
    private static void publish(TokenEvent event, List<TokenListener> listeners) {
        for (TokenListener listener : listeners) {
            try {
                event.sendTo(listener);
            } catch (RuntimeException e) {
                log.error("A listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }
}
