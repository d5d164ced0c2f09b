package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Claim;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSource.FetchRequest;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import io.github.wxtoken.token.TokenStoreException;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches due tokens. Thread-safe.
 *
 * <p>Each tick queues all due slots, the longest overdue first; {@link #wake} puts one slot before them between ticks.
 * {@link Lanes} bounds the number of concurrent fetches. A fetch takes these steps:
 *
 * <ol>
 *   <li>{@code begin} checks again whether the slot is due.
 *   <li>{@code claimAndFetch} claims the fetch in the shared record and sends the request. A ticket needs a usable
 *       access_token, which is looked up before the claim.
 *   <li>{@code committed} makes the fetched token current. A new access_token wakes the account's tickets. A token that
 *       WeChat returned again although it rejects it is fetched again by force.
 *   <li>{@code failed} records the failure, which sets the time of the next attempt. If WeChat rejected the
 *       access_token that a ticket was fetched with, that token is reported.
 * </ol>
 *
 * <p>Invariants: no request is sent without a claim or later than {@link RefreshPolicy#SEND_WITHIN} after it. A result
 * is committed only if no other fetch has taken over the claim. No lock is held during a request. Each fetch frees its
 * lane exactly once.
 */
final class Refresher {

    /** The maximum number of concurrent fetches, so that accounts whose calls hang do not block the others. */
    static final int LANES = TokenSource.CONCURRENT_CALLS;

    /** The time limit of a fetch. It ends before the claim expires and others may fetch. */
    private static final Duration LIMIT = RefreshPolicy.CLAIM.minusSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Refresher.class);

    private final Collection<TokenSlot> slots;
    private final TokenSource source;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final Executor work;
    private final RandomGenerator random;
    private final Consumer<TokenEvent> events;
    private final BiConsumer<TokenSlot, String> refusedAccessToken;

    /** The slots of the access_tokens by AppID. Tickets are fetched with these tokens. */
    private final Map<String, TokenSlot> accessTokens = new HashMap<>();

    /** The slots of the tickets by AppID. They wait for the first access_token. */
    private final Map<String, List<TokenSlot>> tickets = new HashMap<>();

    private final Lanes<TokenSlot> lanes;
    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile boolean stopped;

    /**
     * Creates a refresher.
     *
     * @param timer enforces time limits
     * @param work runs calls of the store
     * @param random for jitter; used by several threads
     * @param refusedAccessToken receives an access_token that WeChat rejected when a ticket was fetched with it
     */
    Refresher(
            Collection<TokenSlot> slots,
            TokenSource source,
            InstantSource clock,
            ScheduledExecutorService timer,
            Executor work,
            RandomGenerator random,
            Consumer<TokenEvent> events,
            BiConsumer<TokenSlot, String> refusedAccessToken) {
        this.slots = slots;
        this.source = source;
        this.clock = clock;
        this.timer = timer;
        this.work = work;
        this.random = random;
        this.events = events;
        this.refusedAccessToken = refusedAccessToken;
        for (TokenSlot slot : slots) {
            String appid = slot.key().appid();
            if (slot.key().kind().isTicket()) {
                tickets.computeIfAbsent(appid, none -> new ArrayList<>()).add(slot);
            } else {
                accessTokens.put(appid, slot);
            }
        }
        this.lanes = new Lanes<>(LANES, task -> timer.execute(() -> work.execute(task)), this::begin);
    }

    /** Begins to fetch all due tokens, the longest overdue first. */
    void tick() {
        // If the store hangs, a tick may last longer than the interval.
        if (ticking.compareAndSet(false, true)) {
            work.execute(() -> {
                try {
                    lanes.enter(TokenSlot.overdue(slots, TokenSlot::dueAt));
                } finally {
                    ticking.set(false);
                }
            });
        }
    }

    /** Begins to fetch a token now if it is due. Completes when the fetch has begun. */
    CompletableFuture<Void> wake(TokenSlot slot) {
        return due(slot)
                ? CompletableFuture.runAsync(() -> lanes.enterFirst(slot), work)
                : CompletableFuture.completedFuture(null);
    }

    /** Begins no new fetch and waits for those in progress. Returns false if that takes too long. */
    boolean stop(Duration patience) throws InterruptedException {
        stopped = true;
        return lanes.drain(patience);
    }

    private static boolean due(TokenSlot slot) {
        return !slot.dueAt().isAfter(slot.now());
    }

    private boolean begin(TokenSlot slot) {
        try {
            return !stopped && due(slot) && claimAndFetch(slot);
        } catch (TokenStoreException e) {
            // The slot has recorded the failure, and the next tick tries again.
            return false;
        } catch (RuntimeException e) {
            log.error("Could not start the refresh of {}", slot.name(), e);
            return false;
        }
    }

    private boolean claimAndFetch(TokenSlot slot) {
        String accessToken = null;
        if (slot.key().kind().isTicket()) {
            accessToken = accessToken(slot);
            if (accessToken == null) {
                // No claim and no failure: the access_token's own record says why there is none.
                return false;
            }
        }
        Instant asked = clock.instant();
        Change change = slot.shared().claim();
        Claim claim = change.after().claim();
        if (claim == null || !change.changed()) {
            return false;
        }
        FetchRequest request = new FetchRequest(slot.key(), claim.trigger() == Trigger.FORCED, accessToken);
        // The local clock is the later of wall and monotonic time, so it shows if the process was paused or suspended.
        BooleanSupplier maySend = () -> clock.instant().isBefore(asked.plus(RefreshPolicy.SEND_WITHIN));
        TimeLimits.call(() -> source.fetch(request, maySend), LIMIT, timer)
                .whenCompleteAsync(
                        (fetched, e) -> {
                            try {
                                if (fetched != null) {
                                    committed(slot, claim, fetched);
                                } else {
                                    failed(slot, claim, request, reason(slot, e));
                                }
                            } catch (RuntimeException failed) {
                                log.error("Could not record the result of the fetch for {}", slot.name(), failed);
                            } finally {
                                lanes.leave();
                            }
                        },
                        work);
        return true;
    }

    private @Nullable String accessToken(TokenSlot ticket) {
        TokenSlot slot = accessTokens.get(ticket.key().appid());
        ServedToken served = slot == null ? null : slot.served();
        return served == null ? null : served.token().value();
    }

    private void committed(TokenSlot slot, Claim claim, Fetched fetched) {
        double draw = random.nextDouble();
        Change change = slot.shared().note((record, now) -> record.commit(claim, fetched, now, slot.policy(), draw));
        TokenRecord after = change.after();
        Token current = after.current();
        if (current == null || !change.before().holds(claim)) {
            log.warn("The token fetched for {} arrived too late and was dropped", slot.name());
        } else if (after.version() > change.before().version()) {
            events.accept(new TokenEvent.Refreshed(
                    slot.account(),
                    slot.key(),
                    claim.trigger(),
                    after.version(),
                    current.fingerprint(),
                    current.issuedAt(),
                    current.expiresAt(),
                    after.refreshAt()));
            if (!slot.key().kind().isTicket()) {
                tickets.getOrDefault(slot.key().appid(), List.of())
                        .forEach(ticket -> timer.execute(() -> wake(ticket)));
            }
        } else {
            events.accept(new TokenEvent.Reissued(
                    slot.account(),
                    slot.key(),
                    claim.trigger(),
                    after.version(),
                    current.fingerprint(),
                    after.mustForce()));
            if (after.mustForce()) {
                // The caller that reported it is waiting.
                timer.execute(() -> wake(slot));
            }
        }
    }

    private void failed(TokenSlot slot, Claim claim, FetchRequest request, TokenSourceException reason) {
        double draw = random.nextDouble();
        Change change = slot.shared().note((record, now) -> record.fail(claim, reason, now, slot.policy(), draw));
        Failure failure = change.after().failure();
        if (failure != null && !failure.equals(change.before().failure()) && !stopped) {
            events.accept(new TokenEvent.RefreshFailed(
                    slot.account(),
                    slot.key(),
                    claim.trigger(),
                    failure,
                    Optional.ofNullable(change.before().failure())));
        }
        TokenSlot accessToken = accessTokens.get(slot.key().appid());
        if (reason.advice() == Advice.REPORT && request.accessToken() != null && accessToken != null && !stopped) {
            refusedAccessToken.accept(accessToken, request.accessToken());
        }
    }

    private static TokenSourceException reason(TokenSlot slot, @Nullable Throwable e) {
        Throwable cause = TimeLimits.cause(e);
        if (cause instanceof TokenSourceException reason) {
            return reason;
        }
        log.error("The fetch for {} failed unexpectedly: {}", slot.name(), TimeLimits.withoutMessage(cause));
        return new TokenSourceException(
                Advice.RETRY_SOON, CallOutcome.UNKNOWN, 0, "internal error, see the log", null, null);
    }
}
