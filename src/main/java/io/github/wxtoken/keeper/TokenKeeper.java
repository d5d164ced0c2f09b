package io.github.wxtoken.keeper;

import io.github.wxtoken.support.RepeatedTask;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
 * Serves the current tokens of all accounts, handles reports of rejected ones, and refreshes them between {@link
 * #start()} and {@link #stop(Duration)}. Thread-safe.
 */
public final class TokenKeeper {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(TokenKeeper.class);

    private final Map<TokenKey, TokenSlot> slots = new LinkedHashMap<>();
    private final AccessTokenIndex index = new AccessTokenIndex();
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
                slots.put(key, new TokenSlot(account, key, policy, store, owner, clock, index, timer, events));
            }
        }
        this.clock = clock;
        this.timer = timer;
        this.owner = owner;
        // Each tick iterates over all slots, and a list is faster for that than the map.
        Collection<TokenSlot> all = List.copyOf(slots.values());
        Executor work = store.executor();
        Prober prober = new Prober(source, clock, work, timer, events);
        this.refresher = new Refresher(all, source, clock, timer, work, random, events, this::refused);
        this.reports = new Reports(prober, refresher, timer, work, events);
        this.verifiedReads = new VerifiedReads(prober, refresher, timer, work);
        this.orders = new Orders(source, refresher, clock, timer, work, events);
        this.outages = new Outages(all, events);
        List<TokenSlot> probed =
                all.stream().filter(slot -> slot.policy().probes()).toList();
        this.watchdog = new Watchdog(probed, prober, timer, work, (slot, result) -> {
            prober.note(slot, result, Trigger.WATCHDOG);
            refresher.wake(slot);
        });
        store.watch(new SlotWatcher(slots));
    }

    /** Starts to refresh tokens: immediately, then once a second. */
    public void start() {
        slots.values().forEach(slot -> slot.shared().reloadSoon());
        ticking = timer.scheduleWithFixedDelay(
                new RepeatedTask("A tick", this::tick), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Stops for good: begins no new fetch, waits for the fetches in progress, then answers all waiting callers. The
     * keeper cannot be started again.
     *
     * @param patience the maximum time to wait for the fetches
     * @return false if some are still in progress after that
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
     * Returns the current token, or null if there is no usable one. Never waits.
     *
     * @throws IllegalArgumentException if the token is not configured
     */
    public @Nullable ServedToken served(TokenKey key) {
        return slot(key).served();
    }

    /**
     * Returns the current token, or waits for one.
     *
     * @return already complete if there is a usable token; otherwise completes with the next one, or fails with {@link
     *     TokenUnavailableException} after 3 seconds, or earlier if no token can arrive in that time
     * @throws IllegalArgumentException if the token is not configured
     */
    public CompletableFuture<ServedToken> current(TokenKey key) {
        TokenSlot slot = slot(key);
        ServedToken served = slot.served();
        return served != null
                ? CompletableFuture.completedFuture(served)
                : slot.waiting().await(0, clock.instant().plus(RefreshPolicy.MAX_WAIT));
    }

    /**
     * Handles a report that WeChat rejected a token, and returns a working one.
     *
     * @param refused the rejected value, or null for the current token
     * @return fails with {@link TokenUnavailableException} as {@link #current} does, or if the budget allows no fetch
     * @throws IllegalArgumentException if the token is not configured
     */
    public CompletableFuture<Report> report(TokenKey key, @Nullable String refused) {
        return reports.examine(slot(key), refused, clock.instant().plus(RefreshPolicy.MAX_WAIT));
    }

    /**
     * Answers a report of a token that was already replaced with the current token. Returns null without side effects
     * if the token was not replaced or no token is usable.
     *
     * @throws IllegalArgumentException if the token is not configured
     */
    public @Nullable Report superseded(TokenKey key, String refused) {
        return reports.superseded(slot(key), refused);
    }

    /**
     * Returns the current token for a client of WeChat's own API, which cannot report a rejected token. The token is
     * verified from now on, for 2 seconds at most. If possible, it lives long enough for the client to cache it.
     *
     * @return as from {@link #current}
     * @throws IllegalArgumentException if the token is not configured
     */
    public CompletableFuture<ServedToken> verified(TokenKey key) {
        return verifiedReads.read(slot(key), clock.instant().plus(RefreshPolicy.MAX_WAIT));
    }

    /**
     * Returns the current token for a call that cannot be repeated. WeChat has issued or accepted it in the last 10
     * seconds; otherwise it is verified as in {@link #verified}.
     *
     * @return as from {@link #current}
     * @throws IllegalArgumentException if the token is not configured
     */
    public CompletableFuture<ServedToken> confirmed(TokenKey key) {
        return verifiedReads.confirmed(slot(key), clock.instant().plus(RefreshPolicy.MAX_WAIT));
    }

    /**
     * Returns the current token as soon as the caller does not know its version yet.
     *
     * @param known whether the caller knows a version
     * @param patience how long to wait for another version; then the current token is returned
     * @return fails with {@link TokenUnavailableException} if there is no usable token by then; a new token completes
     *     all waiting calls within half a second
     * @throws IllegalArgumentException if the token is not configured
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
     * Carries out an operator's order for an access_token. For a ticket, WeChat may return the same one.
     *
     * @param by the name of the operator, for the log
     * @return completes when the order is done, or after some seconds with its progress; the order is then pending
     * @throws IllegalArgumentException if the token is not configured
     */
    public CompletableFuture<Replacement> order(TokenKey key, Action action, String by) {
        return orders.carryOut(slot(key), action, by);
    }

    /** Returns the name of this replica, which records name as the fetcher of a token. */
    public String replica() {
        return owner;
    }

    /** Returns the AppID of the account whose current or previous access_token this is, if it may still be used. */
    public Optional<String> holderOf(String accessToken) {
        return index.holders(accessToken)
                .filter(appid -> {
                    TokenSlot slot = slot(TokenKey.accessToken(appid));
                    return slot.record().mayBeUsed(accessToken, slot.now());
                })
                .findAny();
    }

    /** Returns the number of callers that wait for a token. */
    public int waiting() {
        return slots.values().stream().mapToInt(slot -> slot.waiting().count()).sum();
    }

    /** Returns the status of a token, for operators. */
    public TokenStatus status(TokenKey key) {
        return slot(key).status();
    }

    /** Returns the problems that keep this replica from sharing its records, with the number of tokens each affects. */
    public Map<String, Integer> storeTroubles() {
        Map<String, Integer> troubles = new TreeMap<>();
        for (TokenSlot slot : slots.values()) {
            StoreTrouble trouble = slot.shared().trouble();
            if (trouble != null) {
                troubles.merge(trouble.text(Locale.ENGLISH), 1, Integer::sum);
            }
        }
        return troubles;
    }

    /** Returns the keys of all tokens, in the order of the configuration. */
    public Collection<TokenKey> keys() {
        return List.copyOf(slots.keySet());
    }

    private void tick() {
        refresher.tick();
        watchdog.tick();
        outages.tick();
    }

    /** Reports an access_token that WeChat rejected when a ticket was fetched with it. Counts like any report. */
    private void refused(TokenSlot slot, String accessToken) {
        reports.examine(slot, accessToken, clock.instant().plus(RefreshPolicy.MAX_WAIT))
                .exceptionally(e -> null);
    }

    private TokenSlot slot(TokenKey key) {
        TokenSlot slot = slots.get(key);
        if (slot == null) {
            throw new IllegalArgumentException("no such token: " + key);
        }
        return slot;
    }

    /** Publishes an event to all listeners. A listener that throws stops neither the others nor the refresher. */
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
