package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Instants.earlier;

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

/** Carries out what operators order. Thread-safe. */
final class Orders {

    /** How long an operator waits for the end of it: long enough for two fetches, each of which may have to wait. */
    static final Duration PATIENCE = RefreshPolicy.MIN_GAP.multipliedBy(2).plusSeconds(5);

    /** How long WeChat may take to say whether it still accepts the token that was revoked. */
    private static final Duration LOOK_TAKES = Duration.ofSeconds(3);

    private final TokenSource source;
    private final Refresher refresher;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final Executor work;
    private final Consumer<TokenEvent> events;

    /** Creates it; what needs the store is done on {@code work}. */
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

    /** Carries it out; completes when it is done, or when it is not done after some seconds. */
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
                            // Why nothing came is told by how the token stands.
                            .handle((served, e) -> slot)
                            .thenCompose(waited -> replacement(slot, action, noted));
                });
    }

    private CompletableFuture<Replacement> replacement(TokenSlot slot, Action action, Change noted) {
        TokenRecord record = slot.record();
        Token old = noted.before().current();
        boolean done = record.pendingOrder() == null;
        if (old == null) {
            return CompletableFuture.completedFuture(new Replacement(done, null, null));
        }
        Replacement replacement = new Replacement(done, old.fingerprint(), livesUntil(old, record, slot.policy()));
        if (!done || action != Action.REVOKE || !slot.policy().probes()) {
            return CompletableFuture.completedFuture(replacement);
        }
        // How many tokens the classic API keeps is known by analogy only; WeChat itself knows best.
        return TimeLimits.call(() -> source.probe(slot.key(), old.value()), LOOK_TAKES, timer)
                .toCompletableFuture()
                .exceptionally(e -> Verdict.INCONCLUSIVE)
                .thenApply(verdict -> verdict.dead() ? new Replacement(true, old.fingerprint(), null) : replacement);
    }

    private static @Nullable Instant livesUntil(Token old, TokenRecord record, RefreshPolicy policy) {
        return record.isCurrent(old.value())
                ? old.expiresAt()
                : earlier(old.expiresAt(), record.committedAt().plus(policy.overlap()));
    }
}
