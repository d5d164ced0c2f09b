package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The callers that wait for one token, as futures and not as blocked threads. Thread-safe.
 *
 * <p>There are two kinds of {@link Waiter}. An impatient one waits for the first fetch, or for the replacement of a
 * dead token; it fails as soon as no token can come before its deadline. A patient one is a long poll: it gets the
 * current token at its deadline in any case. Long polls are many, so a new token wakes them over half a second.
 */
final class WaitingCallers {

    /** How long it takes to wake all long polls, so that they do not come back all at once. */
    private static final Duration SPREAD = Duration.ofMillis(500);

    private final Account account;
    private final SharedRecord shared;
    private final RefreshPolicy policy;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    WaitingCallers(
            Account account,
            SharedRecord shared,
            RefreshPolicy policy,
            InstantSource clock,
            ScheduledExecutorService timer) {
        this.account = account;
        this.shared = shared;
        this.policy = policy;
        this.clock = clock;
        this.timer = timer;
    }

    /** Waits for a token of at least this version, as {@link #await(Waiter)} does. */
    CompletableFuture<ServedToken> await(long version, Instant deadline) {
        return await(new Waiter((served, record) -> served.version() >= version, deadline, false));
    }

    /**
     * Waits for the token that a waiter wants.
     *
     * @return fails with {@link TokenUnavailableException} at the deadline (by the local clock), or earlier where no
     *     token can come before it; a patient waiter gets the current token at the deadline. May complete on the thread
     *     that commits a token, which must not be blocked
     */
    CompletableFuture<ServedToken> await(Waiter waiter) {
        if (closed) {
            finish(waiter);
            return waiter.token();
        }
        waiters.add(waiter);
        Duration left = Duration.between(clock.instant(), waiter.deadline());
        ScheduledFuture<?> alarm = timer.schedule(() -> finish(waiter), left.toMillis(), TimeUnit.MILLISECONDS);
        waiter.token().whenComplete((token, e) -> {
            waiters.remove(waiter);
            alarm.cancel(false);
        });
        // The view may have changed, or this been closed, just before the waiter was added.
        settle(waiter);
        if (closed) {
            finish(waiter);
        }
        return waiter.token();
    }

    /** Answers every waiter that can be answered, after the record has changed. */
    void settle() {
        waiters.forEach(this::settle);
    }

    /** Answers all waiters, also those that come later. */
    void close() {
        closed = true;
        waiters.forEach(this::finish);
    }

    /** Returns the number of waiters. */
    int count() {
        return waiters.size();
    }

    /** Returns why there is no token to serve. */
    TokenUnavailableException unavailable() {
        return unavailable(shared.view());
    }

    /** Returns when the next fetch is due, or why it is delayed; or that a token is served again by now. */
    String outlook() {
        RecordView seen = shared.view();
        return shared.served(seen, clock.instant()) == null
                ? String.valueOf(unavailable(seen).getMessage())
                : "By now a token is served again.";
    }

    /** Answers a waiter if possible. It uses one view throughout, for the next one may differ. */
    private void settle(Waiter waiter) {
        RecordView seen = shared.view();
        Instant here = clock.instant();
        ServedToken served = shared.served(seen, here);
        if (served != null && waiter.wants(served, seen.record())) {
            if (waiter.patient()) {
                wakeSoon(waiter);
            } else {
                waiter.token().complete(served);
            }
        } else if (!waiter.patient() && !canComeBefore(waiter.deadline(), seen, here)) {
            waiter.token().completeExceptionally(unavailable(seen));
        }
    }

    /** Whether a fetch is under way, or can begin before a deadline. */
    private boolean canComeBefore(Instant deadline, RecordView seen, Instant here) {
        return seen.record().fetching(here.plus(seen.skew()))
                || !(seen.dueAt().isAfter(deadline.plus(seen.skew())) || shared.isStuck());
    }

    private void wakeSoon(Waiter waiter) {
        if (waiters.remove(waiter)) {
            long delay = ThreadLocalRandom.current().nextLong(SPREAD.toMillis());
            timer.schedule(() -> finish(waiter), delay, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the wait: a patient waiter gets the current token, if there is one; any other learns why there is none. */
    private void finish(Waiter waiter) {
        ServedToken served = waiter.patient() ? shared.served(shared.view(), clock.instant()) : null;
        if (served == null) {
            waiter.token().completeExceptionally(unavailable());
        } else {
            waiter.token().complete(served);
        }
    }

    private TokenUnavailableException unavailable(RecordView seen) {
        Instant here = clock.instant();
        boolean served = shared.served(seen, here) != null;
        return new Unavailability(account, seen, here.plus(seen.skew()), policy, served, shared.trouble(), closed)
                .explained();
    }
}
