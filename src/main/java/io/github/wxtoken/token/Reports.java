package io.github.wxtoken.token;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.Prober.Finding;
import io.github.wxtoken.token.Report.Outcome;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Examines reports of refused tokens: what is no longer current costs nothing, what is current is verified with WeChat,
 * and only a dead token is replaced. Thread-safe.
 */
final class Reports {

    private final Prober prober;
    private final Refresher refresher;
    private final ScheduledExecutorService timer;
    private final TokenListener listener;

    Reports(Prober prober, Refresher refresher, ScheduledExecutorService timer, TokenListener listener) {
        this.prober = prober;
        this.refresher = refresher;
        this.timer = timer;
        this.listener = listener;
    }

    /** Answers a report by a deadline; {@code refused} is null where the report named no token. */
    CompletableFuture<Report> examine(TokenSlot slot, @Nullable String refused, Instant deadline) {
        TokenRecord record = slot.record();
        if (refused != null && !record.isCurrent(refused) && !record.isPrevious(refused)) {
            // Never seen here: it may be newer than what this replica holds.
            record = slot.reload();
        }
        CompletableFuture<Report> answer = refused == null || record.isCurrent(refused)
                ? examineCurrent(slot, record, deadline)
                : working(slot, 0, deadline, Outcome.SUPERSEDED);
        return answer.whenComplete((report, e) -> {
            if (e == null) {
                listener.on(new TokenEvent.Reported(slot.account(), slot.key(), report.outcome()));
            }
        });
    }

    /** Notes what a probe found against a token. */
    void doubt(TokenSlot slot, Finding finding, Trigger by) {
        TokenSlot.Change change = slot.update(finding.by(by, slot.policy()));
        Token token = change.before().current();
        if (token != null && change.after().is(Level.DEAD) && !change.before().is(Level.DEAD)) {
            boolean contested = !Objects.equals(
                    change.after().contestedAt(), change.before().contestedAt());
            listener.on(new TokenEvent.FoundDead(slot.account(), slot.key(), by, contested, token.fingerprint()));
        }
    }

    private CompletableFuture<Report> examineCurrent(TokenSlot slot, TokenRecord record, Instant deadline) {
        Token current = record.current();
        long generation = record.generation();
        if (current == null || record.is(Level.DEAD)) {
            return replacement(slot, generation, deadline);
        }
        CompletableFuture<Report> answer = prober.probe(slot, generation, current)
                .thenCompose(finding -> {
                    if (finding.verdict() == Verdict.ALIVE) {
                        return working(slot, generation, deadline, Outcome.ALIVE);
                    }
                    doubt(slot, finding, Trigger.REPORT);
                    return replacement(slot, generation, deadline);
                });
        return Patience.limit(answer, slot.until(deadline), () -> stillAsking(slot), timer);
    }

    private static TokenUnavailableException stillAsking(TokenSlot slot) {
        return TokenUnavailableException.because(
                "WeChat was asked whether it accepts the token, but has not answered yet.",
                Duration.ofSeconds(1),
                slot.record().failure());
    }

    /** Waits for the token that replaces a generation. */
    private CompletableFuture<Report> replacement(TokenSlot slot, long generation, Instant deadline) {
        refresher.wake(slot);
        if (slot.heldByBudget(generation, deadline)) {
            return CompletableFuture.failedFuture(slot.overBudget());
        }
        return working(slot, generation + 1, deadline, Outcome.REFRESHED);
    }

    private static CompletableFuture<Report> working(
            TokenSlot slot, long generation, Instant deadline, Outcome outcome) {
        return slot.await(generation, deadline).thenApply(served -> new Report(outcome, served));
    }
}
