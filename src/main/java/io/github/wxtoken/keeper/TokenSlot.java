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
import java.util.concurrent.ScheduledExecutorService;
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

    private final Account account;
    private final TokenKey key;
    private final RefreshPolicy policy;
    private final InstantSource clock;
    private final SharedRecord shared;
    private final String owner;
    private final Consumer<TokenEvent> events;
    private final WaitingCallers waiting;
    private final AtomicLong seen = new AtomicLong();
    private final AtomicReference<Held> held = new AtomicReference<>(new Held(null, null));

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
        this.waiting = new WaitingCallers(shared, policy, clock, timer);
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
        return shared.served(shared.view(), clock.instant());
    }

    /** From when on others may have superseded the token without word of it coming here; the far future while in touch. */
    Instant adriftFrom() {
        RecordView seen = shared.view();
        Instant here = clock.instant();
        Instant heard = shared.heardAt(here);
        return heard.isBefore(here) ? seen.mintableFrom(heard.plus(seen.skew())) : Instant.MAX;
    }

    private void takeNotice() {
        waiting.settle();
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
                shared.served(seen, clock.instant()),
                shared.trouble(),
                waiting.count());
    }

    /** The callers that wait for a token. */
    WaitingCallers waiting() {
        return waiting;
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

    /** How far a deadline is away, by the local clock. */
    Duration until(Instant deadline) {
        return Duration.between(clock.instant(), deadline);
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
