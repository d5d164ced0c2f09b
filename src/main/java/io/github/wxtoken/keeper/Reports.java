package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Instants.earlier;

import io.github.wxtoken.keeper.Report.Outcome;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.Doubt;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Examines reports of refused tokens, so that only a dead token is replaced. Thread-safe.
 *
 * <p>A report takes these steps, each a method, in the order of this file:
 *
 * <ol>
 *   <li>{@link #superseded}: a token that was replaced costs nothing; the answer is the current token.
 *   <li>{@code examineUnknown}: a token that this replica has never held may be newer than its own, so the record is
 *       loaded from the store first.
 *   <li>{@code verify}: the current token is probed. A verdict answers only the reports from before its probe was
 *       sent; later ones share the next probe ({@link ProbeQueue}). A ticket cannot be probed, so {@code fetchAgain} fetches it again.
 *   <li>{@code replace}: a refused token, or one that WeChat could not be asked about, is in doubt; the refresher is
 *       woken, unless the day's budget forbids another fetch now.
 *   <li>{@code answer}: the report is answered with the next token that is served, at the latest at its deadline.
 *   <li>{@code answerLate}: where that fails, a token that was committed meanwhile is the answer.
 * </ol>
 */
final class Reports {

    /** How long a ticket counts as valid after WeChat handed it out. Nothing else can be known of it. */
    private static final Duration TICKET_HOLDS = Duration.ofMinutes(1);

    private final Prober prober;
    private final Refresher refresher;
    private final ScheduledExecutorService timer;
    private final Executor work;
    private final Consumer<TokenEvent> events;

    /** Creates it; calls of the store run on {@code work}. */
    Reports(
            Prober prober,
            Refresher refresher,
            ScheduledExecutorService timer,
            Executor work,
            Consumer<TokenEvent> events) {
        this.prober = prober;
        this.refresher = refresher;
        this.timer = timer;
        this.work = work;
        this.events = events;
    }

    /**
     * Answers a report by a deadline.
     *
     * @param refused the refused value, or null where the report names none
     */
    CompletableFuture<Report> examine(TokenSlot slot, @Nullable String refused, Instant deadline) {
        TokenRecord record = slot.record();
        Report superseded = refused == null ? null : superseded(slot, refused);
        if (superseded != null) {
            return CompletableFuture.completedFuture(superseded);
        }
        boolean known = refused == null || record.isCurrent(refused) || slot.isReplaced(refused);
        CompletableFuture<Report> answer =
                known ? examineKnown(slot, record, refused, deadline) : examineUnknown(slot, refused, deadline);
        return answer.exceptionally(e -> answerLate(slot, record.version(), refused, e))
                .whenComplete((report, e) -> {
                    if (e == null) {
                        publish(slot, report);
                    }
                });
    }

    /**
     * Answers the report of a token that was replaced; null where it was not, or where its replacement is not served.
     */
    @Nullable
    Report superseded(TokenSlot slot, String refused) {
        ServedToken served = slot.isReplaced(refused) ? slot.served() : null;
        if (served == null) {
            return null;
        }
        Report answer = new Report(Outcome.SUPERSEDED, served);
        publish(slot, answer);
        return answer;
    }

    private CompletableFuture<Report> examineUnknown(TokenSlot slot, @Nullable String refused, Instant deadline) {
        CompletableFuture<Report> answer = slot.shared()
                .reloadSoon()
                // Without the store, the token that this replica holds is the one to verify.
                .handle((record, e) -> e == null
                        ? examineKnown(slot, record, refused, deadline)
                        : verify(slot, slot.record(), deadline))
                .thenCompose(Function.identity());
        return TimeLimits.limit(answer, slot.until(deadline), () -> stillAsking(slot), timer);
    }

    private CompletableFuture<Report> examineKnown(
            TokenSlot slot, TokenRecord record, @Nullable String refused, Instant deadline) {
        return refused == null || record.isCurrent(refused)
                ? verify(slot, record, deadline)
                : answer(slot, 0, deadline, Outcome.SUPERSEDED);
    }

    private CompletableFuture<Report> verify(TokenSlot slot, TokenRecord record, Instant deadline) {
        Token current = record.current();
        long version = record.version();
        if (current == null || record.is(Level.DEAD)) {
            return replace(slot, version, deadline);
        }
        if (!slot.policy().probes()) {
            return fetchAgain(slot, record, deadline);
        }
        // Not asynchronous: thousands may share the probe, and with an executor that runs tasks at once, asynchronous
        // stages of one future call each other until the stack overflows.
        CompletableFuture<Report> answer = prober.probe(slot, version, current)
                .thenCompose(result -> result.verdict() == Verdict.ALIVE
                        ? alive(slot, version, deadline)
                        : CompletableFuture.runAsync(() -> prober.note(slot, result, Trigger.REPORT), work)
                                .thenCompose(noted -> replace(slot, version, deadline)));
        return TimeLimits.limit(answer, slot.until(deadline), () -> stillAsking(slot), timer);
    }

    /** Fetches a ticket again. WeChat hands out the same one, or another one. */
    private CompletableFuture<Report> fetchAgain(TokenSlot slot, TokenRecord record, Instant deadline) {
        long version = record.version();
        if (slot.now().isBefore(record.confirmedAt().plus(TICKET_HOLDS))) {
            return answer(slot, version, deadline, Outcome.ALIVE);
        }
        CompletableFuture<Instant> suspected = CompletableFuture.supplyAsync(
                () -> {
                    Change change = slot.shared().note((before, now) -> before.suspected(version, now));
                    Doubt doubt = change.after().doubt();
                    // A fetch since an earlier report that is still open answers this one too.
                    return doubt == null ? change.at() : earlier(doubt.since(), change.at());
                },
                work);
        return suspected
                .thenCompose(asked -> refresher.wake(slot).thenApply(begun -> asked))
                .thenCompose(asked -> {
                    if (slot.heldByBudget(version, deadline)) {
                        return CompletableFuture.failedFuture(slot.overBudget());
                    }
                    return slot.waiting()
                            .await(new Waiter(
                                    (served, now) -> served.version() > version
                                            || !now.confirmedAt().isBefore(asked),
                                    deadline,
                                    false));
                })
                .thenApply(
                        served -> new Report(served.version() > version ? Outcome.REFRESHED : Outcome.ALIVE, served));
    }

    private CompletableFuture<Report> replace(TokenSlot slot, long version, Instant deadline) {
        return refresher
                .wake(slot)
                .thenCompose(begun -> slot.heldByBudget(version, deadline)
                        ? CompletableFuture.failedFuture(slot.overBudget())
                        : answer(slot, version + 1, deadline, Outcome.REFRESHED));
    }

    /** Answers with the token that WeChat accepts, or with one that was committed since. */
    private static CompletableFuture<Report> alive(TokenSlot slot, long version, Instant deadline) {
        return slot.waiting()
                .await(version, deadline)
                .thenApply(
                        served -> new Report(served.version() > version ? Outcome.REFRESHED : Outcome.ALIVE, served));
    }

    private static CompletableFuture<Report> answer(TokenSlot slot, long version, Instant deadline, Outcome outcome) {
        return slot.waiting().await(version, deadline).thenApply(served -> new Report(outcome, served));
    }

    /** Answers with a token that was committed after the report came, if it is another one than the reported. */
    private static Report answerLate(TokenSlot slot, long version, @Nullable String refused, Throwable e) {
        ServedToken served = TimeLimits.cause(e) instanceof TokenUnavailableException ? slot.served() : null;
        if (served == null
                || served.version() <= version
                || served.token().value().equals(refused)) {
            throw e instanceof CompletionException wrapped ? wrapped : new CompletionException(e);
        }
        return new Report(Outcome.REFRESHED, served);
    }

    private void publish(TokenSlot slot, Report answer) {
        events.accept(new TokenEvent.Reported(slot.account(), slot.key(), answer.outcome()));
    }

    private static TokenUnavailableException stillAsking(TokenSlot slot) {
        return TokenUnavailableException.because(
                Message.of(Reports.class, "probing"),
                Duration.ofSeconds(1),
                slot.record().failure(),
                slot.account());
    }
}
