package io.github.wxtoken.keeper;

import io.github.wxtoken.keeper.Prober.ProbeResult;
import io.github.wxtoken.keeper.Report.Outcome;
import io.github.wxtoken.keeper.SharedRecord.Change;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Examines reports of refused tokens: what is no longer current costs nothing, what is current is verified with WeChat,
 * and only a dead token is replaced. Thread-safe.
 */
final class Reports {

    /** For how long a ticket counts as good once WeChat has handed it out, which is all that can be known of it. */
    private static final Duration TICKET_HOLDS = Duration.ofMinutes(1);

    /** For how long a look at a token is good enough for a client that cannot say which token was refused. */
    private static final Duration LOOK_HOLDS = Duration.ofSeconds(10);

    /** How long such a client may be kept waiting by a look, before it is given the token without. */
    private static final Duration LOOK_TAKES = Duration.ofSeconds(2);

    /** A popular client asks again on every call when it is told that a token lives this long, or less. */
    private static final Duration LASTING = Duration.ofSeconds(200);

    private final Prober prober;
    private final Refresher refresher;
    private final ScheduledExecutorService timer;
    private final Executor work;
    private final Consumer<TokenEvent> events;

    /** Creates it; what needs the store is done on {@code work}. */
    Reports(Prober prober, Refresher refresher, ScheduledExecutorService timer, Executor work, Consumer<TokenEvent> events) {
        this.prober = prober;
        this.refresher = refresher;
        this.timer = timer;
        this.work = work;
        this.events = events;
    }

    /** Answers the report of a token that has been replaced, where the one that replaced it is served; else null. */
    @Nullable
    Report superseded(TokenSlot slot, String refused) {
        ServedToken served = slot.isReplaced(refused) ? slot.served() : null;
        if (served == null) {
            return null;
        }
        Report answer = new Report(Outcome.SUPERSEDED, served);
        tell(slot, answer);
        return answer;
    }

    /** Answers a report by a deadline; {@code refused} is null where the report named no token. */
    CompletableFuture<Report> examine(TokenSlot slot, @Nullable String refused, Instant deadline) {
        TokenRecord record = slot.record();
        Report superseded = refused == null ? null : superseded(slot, refused);
        if (superseded != null) {
            return CompletableFuture.completedFuture(superseded);
        }
        boolean known = refused == null || record.isCurrent(refused) || slot.isReplaced(refused);
        CompletableFuture<Report> answer = known
                ? examine(slot, record, refused, deadline)
                : TimeLimits.limit(
                        unknown(slot, refused, deadline), slot.until(deadline), () -> stillAsking(slot), timer);
        return answer.exceptionally(e -> meanwhile(slot, record.version(), refused, e))
                .whenComplete((report, e) -> {
                    if (e == null) {
                        tell(slot, report);
                    }
                });
    }

    /**
     * A token that has come meanwhile, other than the one reported, where what was waited for has not: among ten thousand
     * reports, some are late.
     */
    private static Report meanwhile(TokenSlot slot, long version, @Nullable String refused, Throwable e) {
        ServedToken served = TimeLimits.cause(e) instanceof TokenUnavailableException ? slot.served() : null;
        if (served == null
                || served.version() <= version
                || served.token().value().equals(refused)) {
            throw e instanceof CompletionException wrapped ? wrapped : new CompletionException(e);
        }
        return new Report(Outcome.REFRESHED, served);
    }

    private void tell(TokenSlot slot, Report answer) {
        events.accept(new TokenEvent.Reported(slot.account(), slot.key(), answer.outcome()));
    }

    private CompletableFuture<Report> examine(
            TokenSlot slot, TokenRecord record, @Nullable String refused, Instant deadline) {
        return refused == null || record.isCurrent(refused)
                ? examineCurrent(slot, record, deadline)
                : working(slot, 0, deadline, Outcome.SUPERSEDED);
    }

    /** A token that was never seen here may be newer than what this replica holds. */
    private CompletableFuture<Report> unknown(TokenSlot slot, @Nullable String refused, Instant deadline) {
        return slot.shared()
                .reloadSoon()
                // Without the store nobody knows; so the one that is held here is the one to look at.
                .handle((record, e) -> e == null
                        ? examine(slot, record, refused, deadline)
                        : examineCurrent(slot, slot.record(), deadline))
                .thenCompose(Function.identity());
    }

    /** Notes what a probe found against a token. */
    void doubt(TokenSlot slot, ProbeResult finding, Trigger by) {
        if (slot.record().version() != finding.version()
                || (slot.record().is(Level.DEAD) && finding.verdict().dead())) {
            // Others who reported it have had it noted.
            return;
        }
        Change change = slot.shared().note(finding.by(by, slot.policy()));
        Token token = change.before().current();
        if (token != null && change.after().is(Level.DEAD) && !change.before().is(Level.DEAD)) {
            boolean contested = !Objects.equals(
                    change.after().contestedAt(), change.before().contestedAt());
            events.accept(new TokenEvent.FoundDead(
                    slot.account(), slot.key(), by, contested, change.before().version(), token.fingerprint()));
        }
    }

    /**
     * Answers a client of WeChat's own API by a deadline. One that was refused a token sends its request again, and cannot
     * say that it was; so the token is verified, unless that was done just now.
     */
    CompletableFuture<ServedToken> verified(TokenSlot slot, Instant deadline) {
        TokenRecord record = slot.record();
        Token current = record.current();
        if (current == null
                || !slot.policy().probes()
                || slot.now().isBefore(record.lookedAt().plus(LOOK_HOLDS))) {
            return lasting(slot, deadline);
        }
        CompletableFuture<ProbeResult> look = prober.probe(slot, record.version(), current, Trigger.REPORT);
        return TimeLimits.limit(look, LOOK_TAKES, TimeoutException::new, timer)
                .handleAsync(
                        (finding, e) -> {
                            if (finding != null && finding.verdict().dead()) {
                                doubt(slot, finding, Trigger.REPORT);
                            }
                            return slot;
                        },
                        work)
                .thenCompose(looked -> lasting(looked, deadline));
    }

    /** A token that lasts, where fetching one first would bring it; else what there is. */
    private CompletableFuture<ServedToken> lasting(TokenSlot slot, Instant deadline) {
        ServedToken served = slot.served();
        if (served != null && served.expiresIn() > LASTING.toSeconds()) {
            return CompletableFuture.completedFuture(served);
        }
        Transition hasten = (before, now) -> before.hastened(LASTING, now, slot.policy());
        CompletableFuture<TokenRecord> hastened =
                CompletableFuture.supplyAsync(() -> slot.shared().note(hasten).after(), work);
        return hastened.thenCompose(record -> refresher.wake(slot).thenApply(begun -> record))
                // What is fetched may be here already.
                .thenCompose(record -> served != null && slot.record().fetching(slot.now())
                        ? slot.await(record.version() + 1, deadline).exceptionallyCompose(e -> slot.await(0, deadline))
                        : slot.await(0, deadline));
    }

    private CompletableFuture<Report> examineCurrent(TokenSlot slot, TokenRecord record, Instant deadline) {
        Token current = record.current();
        long version = record.version();
        if (current == null || record.is(Level.DEAD)) {
            return replacement(slot, version, deadline);
        }
        if (!slot.policy().probes()) {
            return fetchedAgain(slot, record, deadline);
        }
        CompletableFuture<Report> answer = prober.probe(slot, version, current, Trigger.REPORT)
                .thenComposeAsync(
                        finding -> {
                            if (finding.verdict() == Verdict.ALIVE) {
                                return working(slot, version, deadline, Outcome.ALIVE);
                            }
                            doubt(slot, finding, Trigger.REPORT);
                            return replacement(slot, version, deadline);
                        },
                        work);
        return TimeLimits.limit(answer, slot.until(deadline), () -> stillAsking(slot), timer);
    }

    /** A ticket cannot be verified; but WeChat can be asked for it again, and either hands it out or another one. */
    private CompletableFuture<Report> fetchedAgain(TokenSlot slot, TokenRecord record, Instant deadline) {
        long version = record.version();
        if (slot.now().isBefore(record.lookedAt().plus(TICKET_HOLDS))) {
            return working(slot, version, deadline, Outcome.ALIVE);
        }
        CompletableFuture<Instant> suspected = CompletableFuture.supplyAsync(
                () -> slot.shared()
                        .note((before, now) -> before.suspected(version, now))
                        .at(),
                work);
        return suspected
                .thenCompose(asked -> refresher.wake(slot).thenApply(begun -> asked))
                .thenCompose(asked -> {
                    if (slot.heldByBudget(version, deadline)) {
                        return CompletableFuture.failedFuture(slot.overBudget());
                    }
                    return slot.await(new Waiter(
                            (served, now) -> served.version() > version
                                    || !now.lookedAt().isBefore(asked),
                            deadline,
                            false));
                })
                .thenApply(
                        served -> new Report(served.version() > version ? Outcome.REFRESHED : Outcome.ALIVE, served));
    }

    private static TokenUnavailableException stillAsking(TokenSlot slot) {
        return TokenUnavailableException.because(
                "WeChat was asked whether it accepts the token, but has not answered yet.",
                Duration.ofSeconds(1),
                slot.record().failure());
    }

    /** Waits for the token that replaces a version. */
    private CompletableFuture<Report> replacement(TokenSlot slot, long version, Instant deadline) {
        return refresher
                .wake(slot)
                .thenCompose(begun -> slot.heldByBudget(version, deadline)
                        ? CompletableFuture.failedFuture(slot.overBudget())
                        : working(slot, version + 1, deadline, Outcome.REFRESHED));
    }

    private static CompletableFuture<Report> working(TokenSlot slot, long version, Instant deadline, Outcome outcome) {
        return slot.await(version, deadline).thenApply(served -> new Report(outcome, served));
    }
}
