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
 * The scheduled refresher: at each tick it finds what is due, claims it, fetches it outside any lock, and commits what
 * came. Thread-safe.
 */
final class Refresher {

    /** How many fetches may be under way at once, so that accounts whose calls hang leave room for the others. */
    static final int LANES = 32;

    /** A fetch that has not ended by then is given up, while its claim still keeps others away. */
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

    /** The slots of the access_tokens by AppID, which tickets are fetched with. */
    private final Map<String, TokenSlot> accessTokens = new HashMap<>();

    /** The slots of the tickets by AppID, which wait for the first access_token. */
    private final Map<String, List<TokenSlot>> tickets = new HashMap<>();

    private final Lanes<TokenSlot> lanes;
    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile boolean stopped;

    /**
     * Creates it.
     *
     * @param timer for what must end in time
     * @param work on which it does what needs the store
     * @param random for jitter; used by several threads
     * @param refusedAccessToken is told of an access_token that was refused when something was fetched with it
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

    /** Begins to fetch what is due, the longest overdue first. */
    void tick() {
        // With a store that hangs, one tick may last longer than until the next.
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

    /** Begins to fetch a token now, if it is due; completes when that has begun. */
    CompletableFuture<Void> wake(TokenSlot slot) {
        return due(slot)
                ? CompletableFuture.runAsync(() -> lanes.enterFirst(slot), work)
                : CompletableFuture.completedFuture(null);
    }

    /** Begins nothing any more, and waits for what is under way; false when that takes too long. */
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
            // The slot has it noted, and the next tick tries again.
            return false;
        } catch (RuntimeException e) {
            log.error("Could not begin to refresh {}", slot.name(), e);
            return false;
        }
    }

    private boolean claimAndFetch(TokenSlot slot) {
        String accessToken = null;
        if (slot.key().kind().isTicket()) {
            accessToken = accessToken(slot);
            if (accessToken == null) {
                // Without a claim: whatever keeps the access_token away is told there.
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
        // The local clock is the later of wall and monotonic time, so a process that was paused or suspended knows.
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
                                log.error("Could not settle the refresh of {}", slot.name(), failed);
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
            log.warn("What was fetched for {} came too late and was dropped", slot.name());
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
                // Who reported it is waiting.
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
        log.error("The fetch for {} ended in an unexpected way: {}", slot.name(), TimeLimits.withoutMessage(cause));
        return new TokenSourceException(
                Advice.RETRY_SOON, CallOutcome.UNKNOWN, 0, "internal error, see the log", null, null);
    }
}
