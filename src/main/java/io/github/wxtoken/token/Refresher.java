package io.github.wxtoken.token;

import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
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
    private final RandomGenerator random;
    private final String owner;
    private final TokenListener listener;
    private final Lanes<TokenSlot> lanes;
    private volatile boolean stopped;

    /**
     * Creates it.
     *
     * @param timer on which it goes on when a lane gets free
     * @param random for jitter; used by several threads
     * @param owner the name of this replica in claims
     */
    Refresher(
            Collection<TokenSlot> slots,
            TokenSource source,
            InstantSource clock,
            ScheduledExecutorService timer,
            RandomGenerator random,
            String owner,
            TokenListener listener) {
        this.slots = slots;
        this.source = source;
        this.clock = clock;
        this.timer = timer;
        this.random = random;
        this.owner = owner;
        this.listener = listener;
        this.lanes = new Lanes<>(LANES, timer, this::begin);
    }

    /** Begins to fetch what is due, the longest overdue first. */
    void tick() {
        lanes.enter(TokenSlot.overdue(slots, TokenSlot::dueAt));
    }

    /** Begins to fetch a token now, if it is due. */
    void wake(TokenSlot slot) {
        if (due(slot)) {
            lanes.enterFirst(slot);
        }
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
        } catch (RuntimeException e) {
            log.error("Could not begin to refresh account '{}'", slot.account().name(), e);
            return false;
        }
    }

    private boolean claimAndFetch(TokenSlot slot) {
        Instant asked = clock.instant();
        TokenSlot.Change change = slot.update((record, now) -> record.claim(owner, now, slot.policy()));
        Claim claim = change.after().claim();
        if (claim == null || !change.changed()) {
            return false;
        }
        // The local clock is the later of wall and monotonic time, so a process that was paused or suspended knows.
        BooleanSupplier maySend = () -> clock.instant().isBefore(asked.plus(RefreshPolicy.SEND_WITHIN));
        Patience.call(() -> source.fetch(slot.key(), maySend), LIMIT, timer).whenComplete((fetched, e) -> {
            try {
                settle(slot, claim, fetched, e);
            } catch (RuntimeException failed) {
                log.error(
                        "Could not settle the refresh of account '{}'",
                        slot.account().name(),
                        failed);
            } finally {
                lanes.leave();
            }
        });
        return true;
    }

    private void settle(TokenSlot slot, Claim claim, @Nullable Fetched fetched, @Nullable Throwable e) {
        double draw = random.nextDouble();
        if (fetched != null) {
            TokenSlot.Change change =
                    slot.update((record, now) -> record.commit(claim, fetched, now, slot.policy(), draw));
            TokenRecord after = change.after();
            Token current = after.current();
            if (current != null && after.generation() > change.before().generation()) {
                listener.on(new TokenEvent.Refreshed(
                        slot.account(),
                        slot.key(),
                        claim.trigger(),
                        after.generation(),
                        current.fingerprint(),
                        after.refreshAt()));
            } else {
                log.warn(
                        "A token of account '{}' came too late and was dropped",
                        slot.account().name());
            }
            return;
        }
        TokenSourceException reason = reason(slot, e);
        TokenSlot.Change change = slot.update((record, now) -> record.fail(claim, reason, now, slot.policy(), draw));
        Failure failure = change.after().failure();
        if (failure != null && !failure.equals(change.before().failure()) && !stopped) {
            listener.on(new TokenEvent.RefreshFailed(
                    slot.account(),
                    slot.key(),
                    claim.trigger(),
                    failure,
                    Optional.ofNullable(change.before().failure())));
        }
    }

    private static TokenSourceException reason(TokenSlot slot, @Nullable Throwable e) {
        Throwable cause = Patience.cause(e);
        if (cause instanceof TokenSourceException reason) {
            return reason;
        }
        log.error(
                "The fetch for account '{}' ended in an unexpected way: {}",
                slot.account().name(),
                Patience.withoutMessage(cause));
        return new TokenSourceException(
                Advice.RETRY_SOON, Outcome.UNKNOWN, 0, "internal error, see the log", null, null);
    }
}
