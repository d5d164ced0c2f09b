package io.github.wxtoken.keeper;

import io.github.wxtoken.support.Message;
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
 * A per-replica cache of one token's record, with its waiting callers and open probes. Reads take no lock, do no I/O and
 * do not use the store. Thread-safe.
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
    private final ProbeQueue probes = new ProbeQueue();
    private final AtomicLong highestVersion = new AtomicLong();
    private final AtomicReference<Held> held = new AtomicReference<>(new Held(null, null));

    TokenSlot(
            Account account,
            TokenKey key,
            RefreshPolicy policy,
            TokenStore store,
            String owner,
            InstantSource clock,
            AccessTokenIndex index,
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
                index,
                this::viewChanged,
                () -> events.accept(new TokenEvent.Contended(account, key)));
        this.waiting = new WaitingCallers(account, shared, policy, clock, timer);
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

    /** Returns the name for logs. */
    String name() {
        return "account '" + account.name() + "'"
                + (key.kind().isTicket() ? ", ticket " + key.kind().type() : "");
    }

    /** Returns the record that is shared with other replicas. */
    SharedRecord shared() {
        return shared;
    }

    TokenRecord record() {
        return shared.view().record();
    }

    Instant dueAt() {
        return shared.view().dueAt();
    }

    /** Returns the store's time, estimated from the local clock. */
    Instant now() {
        return clock.instant().plus(shared.view().skew());
    }

    /** Returns the slots whose time is not in the future, the longest overdue first. */
    static List<TokenSlot> overdue(Collection<TokenSlot> slots, Function<TokenSlot, Instant> time) {
        // Each time is read once, as it may change during the sort.
        record Due(TokenSlot slot, Instant at) {}
        List<Due> due = new ArrayList<>();
        // This runs every second over all slots, and hardly any is due: allocate nothing for the others.
        for (TokenSlot slot : slots) {
            Instant at = time.apply(slot);
            if (!at.isAfter(slot.now())) {
                due.add(new Due(slot, at));
            }
        }
        return due.stream().sorted(Comparator.comparing(Due::at)).map(Due::slot).toList();
    }

    /** Returns the token to serve now, or null for none. */
    @Nullable
    ServedToken served() {
        return shared.served(shared.view(), clock.instant());
    }

    /** Returns when others may first have superseded the token unnoticed; {@link Instant#MAX} while in touch. */
    Instant adriftFrom() {
        RecordView seen = shared.view();
        Instant here = clock.instant();
        Instant known = shared.knownUntil(here);
        return known.isBefore(here) ? seen.mintableFrom(known.plus(seen.skew())) : Instant.MAX;
    }

    private void viewChanged() {
        waiting.settle();
        probes.settle(record(), now());
        held.updateAndGet(last -> last.followedBy(record().current()));
        TokenRecord record = record();
        Token current = record.current();
        String by = record.refreshedBy();
        long before = highestVersion.getAndAccumulate(record.version(), Math::max);
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

    /** Returns whether this replica knows a value as that of a replaced token, even if WeChat no longer accepts it. */
    boolean isReplaced(String value) {
        TokenRecord record = record();
        return !record.isCurrent(value) && (record.isPrevious(value) || value.equals(held.get().before));
    }

    /** Returns the current status of the token. */
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

    /** Returns the callers that wait for a token. */
    WaitingCallers waiting() {
        return waiting;
    }

    /** Returns the open probes of the token. */
    ProbeQueue probes() {
        return probes;
    }

    /** Returns whether the budget delays the replacement of a version beyond a deadline (local clock). */
    boolean heldByBudget(long version, Instant deadline) {
        RecordView seen = shared.view();
        return seen.record().version() == version
                && !seen.record().fetching(now())
                && seen.record().budgetHolds(deadline.plus(seen.skew()), policy);
    }

    /** Returns the exception for a report that the budget does not allow to act on. */
    TokenUnavailableException overBudget() {
        RecordView seen = shared.view();
        Instant now = now();
        return TokenUnavailableException.heldBack(
                Message.of(
                        TokenSlot.class,
                        "held_back",
                        seen.dueAt(),
                        seen.record().budget().spentOn(now),
                        policy.dailyBudget(),
                        policy.reserve()),
                seen.wait(now),
                account);
    }

    /** Returns the time until a deadline (local clock). */
    Duration until(Instant deadline) {
        return Duration.between(clock.instant(), deadline);
    }

    /** The values of the current token here and of the one before it. Its string contains neither. */
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
