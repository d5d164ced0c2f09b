package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Instants.earlier;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.PendingOrder;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out operators' orders. Thread-safe. */
final class Orders {

    /** How long an operator waits for an order: enough for two fetches, each delayed by the minimum gap. */
    static final Duration PATIENCE = RefreshPolicy.MIN_GAP.multipliedBy(2).plusSeconds(5);

    /** The time limit of the probe of a revoked token. */
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(3);

    private final TokenSource source;
    private final Refresher refresher;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final Executor work;
    private final Consumer<TokenEvent> events;

    /** Creates the handler of orders. Calls of the store run on {@code work}. */
    Orders(
            TokenSource source,
            Refresher refresher,
            InstantSource clock,
            ScheduledExecutorService timer,
            Executor work,
            Consumer<TokenEvent> events) {
        this.source = source;
        this.refresher = refresher;
        this.clock = clock;
        this.timer = timer;
        this.work = work;
        this.events = events;
    }

    /** Carries out an order. Completes when it is done, or after {@link #PATIENCE} with its progress. */
    CompletableFuture<Replacement> carryOut(TokenSlot slot, Action action, String by) {
        int mints =
                switch (action) {
                    case REFRESH -> PendingOrder.TO_REFRESH;
                    case REVOKE -> PendingOrder.TO_REVOKE;
                };
        Instant deadline = clock.instant().plus(PATIENCE);
        return CompletableFuture.supplyAsync(
                        () -> slot.shared().note((record, now) -> record.ordered(mints, now)), work)
                .thenCompose(noted -> {
                    events.accept(new TokenEvent.Ordered(slot.account(), slot.key(), action, by));
                    return refresher
                            .wake(slot)
                            .thenCompose(begun -> slot.waiting()
                                    .await(new Waiter(
                                            (served, record) -> record.pendingOrder() == null, deadline, false)))
                            // The token's status says why there is no token.
                            .handle((served, e) -> slot)
                            .thenCompose(waited -> replacement(slot, noted));
                });
    }

    private CompletableFuture<Replacement> replacement(TokenSlot slot, Change noted) {
        TokenRecord record = slot.record();
        Token old = noted.before().current();
        boolean done = record.pendingOrder() == null;
        if (old == null) {
            return CompletableFuture.completedFuture(new Replacement(done, null, null));
        }
        Instant until = livesUntil(old, noted.before(), record, slot.policy());
        Replacement replacement =
                new Replacement(done, old.fingerprint(), until == null || until.isAfter(slot.now()) ? until : null);
        boolean kept = record.isCurrent(old.value()) || record.isPrevious(old.value());
        if (replacement.livesUntil() == null || kept || !slot.policy().probes()) {
            return CompletableFuture.completedFuture(replacement);
        }
        // The token was revoked, or found dead or doubted during the order. How many tokens the classic API keeps is
        // only inferred by analogy, so WeChat is asked. Its verdict says nothing about the order, which is as done as
        // before.
        return TimeLimits.call(() -> source.probe(slot.key(), old.value()), PROBE_LIMIT, timer)
                .toCompletableFuture()
                .exceptionally(e -> Verdict.INCONCLUSIVE)
                .thenApply(verdict -> verdict.dead() ? new Replacement(done, old.fingerprint(), null) : replacement);
    }

    /** Returns until when WeChat may accept the token to replace, or null if WeChat was found to reject it. */
    private static @Nullable Instant livesUntil(
            Token old, TokenRecord before, TokenRecord record, RefreshPolicy policy) {
        if (record.isCurrent(old.value())) {
            return record.is(Level.DEAD) ? null : old.expiresAt();
        }
        return before.is(Level.DEAD)
                ? null
                : earlier(old.expiresAt(), record.committedAt().plus(policy.overlap()));
    }
}
