package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * This replica's view of one token: the newest record it has seen, and those who wait for a better one. Reading takes no
 * lock, does no I/O and does not touch the store. Thread-safe.
 */
final class TokenSlot {

    /** Over how long those who wait for word of a new token are told of it. */
    private static final Duration SPREAD = Duration.ofMillis(500);

    private final Account account;
    private final TokenKey key;
    private final RefreshPolicy policy;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final SharedRecord shared;
    private final String owner;
    private final Consumer<TokenEvent> events;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final AtomicLong seen = new AtomicLong();
    private final AtomicReference<Held> held = new AtomicReference<>(new Held(null, null));
    private volatile boolean closed;

    TokenSlot(
            Account account,
            TokenKey key,
            RefreshPolicy policy,
            TokenStore store,
            String owner,
            InstantSource clock,
            ScheduledExecutorService timer,
            Consumer<TokenEvent> events) {
        this.account = account;
        this.key = key;
        this.policy = policy;
        this.clock = clock;
        this.timer = timer;
        this.owner = owner;
        this.events = events;
        this.shared = new SharedRecord(
                key,
                policy,
                store,
                owner,
                clock,
                this::takeNotice,
                () -> events.accept(new TokenEvent.Contended(account, key)));
    }

    Account account() {
        return account;
    }

    TokenKey key() {
        return key;
    }

    RefreshPolicy policy() {
        return policy;
    }

    /** What it is called in logs. */
    String name() {
        return "account '" + account.name() + "'"
                + (key.kind().isTicket() ? ", ticket " + key.kind().type() : "");
    }

    /** Its record, as it is shared with other replicas. */
    SharedRecord shared() {
        return shared;
    }

    TokenRecord record() {
        return shared.view().record();
    }

    Instant dueAt() {
        return shared.view().dueAt();
    }

    /** The store's clock as this replica knows it. */
    Instant now() {
        return clock.instant().plus(shared.view().skew());
    }

    /** The slots whose time has come, the longest overdue first. */
    static List<TokenSlot> overdue(Collection<TokenSlot> slots, Function<TokenSlot, Instant> time) {
        // The times are taken once: they may change while they are sorted.
        record Due(TokenSlot slot, Instant at) {}
        List<Due> due = new ArrayList<>();
        // Every second, over all of them, of which hardly any is due: so nothing is made for the others.
        for (TokenSlot slot : slots) {
            Instant at = time.apply(slot);
            if (!at.isAfter(slot.now())) {
                due.add(new Due(slot, at));
            }
        }
        return due.stream().sorted(Comparator.comparing(Due::at)).map(Due::slot).toList();
    }

    /** What a caller is given now, or null for nothing. */
    @Nullable
    ServedToken served() {
        return served(shared.view(), clock.instant());
    }

    private @Nullable ServedToken served(RecordView seen, Instant here) {
        return seen.served(here.plus(seen.skew()), shared.heardAt(here).plus(seen.skew()));
    }

    /** From when on others may have superseded the token without word of it coming here; the far future while in touch. */
    Instant adriftFrom() {
        RecordView seen = shared.view();
        Instant here = clock.instant();
        Instant heard = shared.heardAt(here);
        return heard.isBefore(here) ? seen.mintableFrom(heard.plus(seen.skew())) : Instant.MAX;
    }

    private void takeNotice() {
        waiters.forEach(this::settle);
        held.updateAndGet(last -> last.followedBy(record().current()));
        TokenRecord record = record();
        Token current = record.current();
        String by = record.refreshedBy();
        long before = seen.getAndAccumulate(record.version(), Math::max);
        if (record.version() > before && current != null && by != null && !by.equals(owner)) {
            events.accept(new TokenEvent.Adopted(
                    account,
                    key,
                    record.version(),
                    current.fingerprint(),
                    current.issuedAt(),
                    current.expiresAt(),
                    by));
        }
    }

    /** Whether a value is that of a token which this replica knows to have been replaced, even if WeChat takes it no more. */
    boolean isReplaced(String value) {
        TokenRecord record = record();
        return !record.isCurrent(value) && (record.isPrevious(value) || value.equals(held.get().before));
    }

    /** How the token stands now. */
    TokenStatus status() {
        RecordView seen = shared.view();
        Instant now = clock.instant().plus(seen.skew());
        return new TokenStatus(
                account,
                key,
                policy.dailyBudget(),
                seen.record(),
                now,
                seen.dueAt(),
                served(seen, clock.instant()),
                shared.trouble(),
                waiting());
    }

    /** Waits for a token of at least a version, as {@link #await(Waiter)} does. */
    CompletableFuture<ServedToken> await(long version, Instant deadline) {
        return await(new Waiter((served, record) -> served.version() >= version, deadline, false));
    }

    /**
     * Waits for what a waiter wants.
     *
     * @return fails with {@link TokenUnavailableException} at the deadline (by the local clock), or before where nothing
     *     can come until then; a patient waiter gets at the deadline what there is. May complete on the thread that
     *     commits a token, which must not be held up
     */
    CompletableFuture<ServedToken> await(Waiter waiter) {
        if (closed) {
            giveUp(waiter);
            return waiter.token();
        }
        waiters.add(waiter);
        ScheduledFuture<?> alarm =
                timer.schedule(() -> giveUp(waiter), until(waiter.deadline()).toMillis(), TimeUnit.MILLISECONDS);
        waiter.token().whenComplete((token, e) -> {
            waiters.remove(waiter);
            alarm.cancel(false);
        });
        // The view may have changed, or the slot been closed, just before this waiter could be seen.
        settle(waiter);
        if (closed) {
            giveUp(waiter);
        }
        return waiter.token();
    }

    /** Sends all who wait away, and all who come. */
    void close() {
        closed = true;
        waiters.forEach(this::giveUp);
    }

    /** The number of those who wait. */
    int waiting() {
        return waiters.size();
    }

    /** Whether the replacement of a version has to wait beyond a deadline so that the budget lasts. */
    boolean heldByBudget(long version, Instant deadline) {
        RecordView seen = shared.view();
        return seen.record().version() == version
                && !seen.record().fetching(now())
                && seen.record().budgetHolds(deadline.plus(seen.skew()), policy);
    }

    /** The answer to a report that the budget forbids to act on. */
    TokenUnavailableException overBudget() {
        RecordView seen = shared.view();
        Instant now = now();
        return TokenUnavailableException.heldBack(
                "The token is not refreshed before " + seen.dueAt() + ", so that the daily budget lasts: "
                        + seen.record().budget().spentOn(now) + " of " + policy.dailyBudget()
                        + " attempts are spent, and scheduled refreshes need a reserve of " + policy.reserve() + ".",
                seen.wait(now));
    }

    /** Why there is nothing to serve. */
    TokenUnavailableException unavailable() {
        return unavailable(shared.view());
    }

    private TokenUnavailableException unavailable(RecordView seen) {
        Instant here = clock.instant();
        boolean served = served(seen, here) != null;
        return new Unavailability(seen, here.plus(seen.skew()), policy, served, shared.trouble(), closed).explained();
    }

    /** How far a deadline is away, by the local clock. */
    Duration until(Instant deadline) {
        return Duration.between(clock.instant(), deadline);
    }

    /** Gives a waiter its answer, if there is one; all of it from one view, which may be another the next moment. */
    private void settle(Waiter waiter) {
        RecordView seen = shared.view();
        Instant now = clock.instant().plus(seen.skew());
        ServedToken served = served(seen, clock.instant());
        if (served != null && waiter.wants(served, seen.record())) {
            if (waiter.patient()) {
                wakeSoon(waiter);
            } else {
                waiter.token().complete(served);
            }
        } else if (!waiter.patient()
                && !seen.record().fetching(now)
                && (seen.dueAt().isAfter(waiter.deadline().plus(seen.skew())) || shared.isStuck())) {
            // Nobody is fetching, and nobody will begin to before the deadline, or can.
            waiter.token().completeExceptionally(unavailable(seen));
        }
    }

    /** Wakes one of many, who are not to come all at once. */
    private void wakeSoon(Waiter waiter) {
        if (waiters.remove(waiter)) {
            long delay = ThreadLocalRandom.current().nextLong(SPREAD.toMillis());
            timer.schedule(() -> giveUp(waiter), delay, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the wait: gives a patient waiter what there is, and tells others why there is nothing. */
    private void giveUp(Waiter waiter) {
        ServedToken served = waiter.patient() ? served() : null;
        if (served == null) {
            waiter.token().completeExceptionally(unavailable());
        } else {
            waiter.token().complete(served);
        }
    }

    /** The value of the token that is held here, and of the one before it. */
    private record Held(@Nullable String current, @Nullable String before) {
        Held followedBy(@Nullable Token next) {
            return next == null || next.value().equals(current) ? this : new Held(next.value(), current);
        }

        @Override
        public String toString() {
            return "Held";
        }
    }
}
