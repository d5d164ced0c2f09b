package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Doubt;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes current tokens: asks WeChat whether it accepts them. A {@link ProbeQueue} decides when a probe is sent and which
 * requests share it. No thread waits for a probe. Thread-safe.
 */
final class Prober {

    /** The time limit of a probe. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** How long after a token was ended from outside the next such end counts as a repetition. */
    private static final Duration CONTEST = Duration.ofDays(1);

    private static final Logger log = LoggerFactory.getLogger(Prober.class);

    private final TokenSource source;
    private final InstantSource clock;
    private final Executor work;
    private final ScheduledExecutorService timer;
    private final Consumer<TokenEvent> events;

    /** Creates a prober. It records verdicts and completes its futures on {@code work}. */
    Prober(
            TokenSource source,
            InstantSource clock,
            Executor work,
            ScheduledExecutorService timer,
            Consumer<TokenEvent> events) {
        this.source = source;
        this.clock = clock;
        this.work = work;
        this.timer = timer;
        this.events = events;
    }

    /**
     * Returns WeChat's verdict for a caller that doubts a version: of a probe sent from now on, or a rejection by an
     * earlier one. The future never fails. It is inconclusive after an error, and as soon as the version is replaced or
     * known to be dead. A token found alive is noted in the record.
     */
    CompletableFuture<ProbeResult> probe(TokenSlot slot, long version, Token current) {
        TokenRecord record = slot.record();
        if (record.version() != version || record.is(Level.DEAD)) {
            return CompletableFuture.completedFuture(new ProbeResult(version, Verdict.INCONCLUSIVE, slot.now()));
        }
        CompletableFuture<ProbeResult> answer = join(slot, new PendingProbe(version, current, Trigger.REPORT, true))
                .answer();
        // The record may have changed just before the request joined the probe.
        slot.probes().settle(slot.record(), slot.now());
        return answer;
    }

    /**
     * Returns WeChat's verdict by the last probe if that is in flight or recent, otherwise by one sent now. This is no
     * answer to a doubt. The future never fails.
     */
    CompletableFuture<ProbeResult> recent(TokenSlot slot, long version, Token current, Trigger trigger) {
        return join(slot, new PendingProbe(version, current, trigger, false)).result();
    }

    private PendingProbe join(TokenSlot slot, PendingProbe fresh) {
        ProbeQueue queue = slot.probes();
        PendingProbe joined = queue.join(fresh, clock.instant(), slot.now());
        if (joined == fresh) {
            if (fresh.isSent()) {
                send(slot, fresh);
            } else {
                timer.schedule(
                        () -> send(slot, queue.ripe(fresh, clock.instant(), slot.now())),
                        queue.untilRipe(clock.instant()).toNanos(),
                        TimeUnit.NANOSECONDS);
            }
        }
        return joined;
    }

    private void send(TokenSlot slot, @Nullable PendingProbe probe) {
        if (probe == null) {
            return;
        }
        TimeLimits.call(() -> source.probe(slot.key(), probe.token().value()), LIMIT, timer)
                .whenCompleteAsync(
                        (verdict, e) -> {
                            if (e != null) {
                                log.error(
                                        "The probe of {} failed unexpectedly: {}",
                                        slot.name(),
                                        TimeLimits.withoutMessage(e));
                            }
                            Verdict found = verdict == null ? Verdict.INCONCLUSIVE : verdict;
                            events.accept(new TokenEvent.Probed(slot.account(), slot.key(), probe.trigger(), found));
                            conclude(slot, probe, probe.resultOf(found, slot.now()));
                        },
                        work);
    }

    private void conclude(TokenSlot slot, PendingProbe probe, ProbeResult result) {
        try {
            if (result.verdict() == Verdict.ALIVE) {
                // Nothing is to be fetched after this verdict, so the trigger does not matter.
                slot.shared().note(result.transition(Trigger.WATCHDOG, slot.policy()));
            }
        } finally {
            ProbeQueue.Ended ended = slot.probes().concluded(probe, result, clock.instant(), slot.now());
            probe.conclude(result);
            ended.answered().forEach(other -> ProbeQueue.answer(other, result));
            send(slot, ended.next());
        }
    }

    /** Notes in the record that WeChat rejected a token or that the probe was inconclusive. Calls the store. */
    void note(TokenSlot slot, ProbeResult result, Trigger by) {
        TokenRecord record = slot.record();
        Doubt doubt = record.doubt();
        if (record.version() != result.version()
                || (doubt != null
                        && (doubt.level() == Level.DEAD || !result.verdict().dead()))) {
            // The token was replaced, or another report has noted as much.
            return;
        }
        Change change = slot.shared().note(result.transition(by, slot.policy()));
        Token token = change.before().current();
        if (token != null && change.after().is(Level.DEAD) && !change.before().is(Level.DEAD)) {
            boolean contested = !Objects.equals(
                    change.after().contestedAt(), change.before().contestedAt());
            events.accept(new TokenEvent.FoundDead(
                    slot.account(),
                    slot.key(),
                    by,
                    contested,
                    contested ? recently(change.before().contestedAt(), result.sentAt()) : Optional.empty(),
                    change.before().version(),
                    token.fingerprint(),
                    slot.waiting().outlook()));
        }
    }

    private static Optional<Instant> recently(@Nullable Instant before, Instant now) {
        return Optional.ofNullable(before).filter(at -> now.isBefore(at.plus(CONTEST)));
    }

    /** The result of a probe of a version, sent at {@code sentAt} by the store's clock. */
    record ProbeResult(long version, Verdict verdict, Instant sentAt) {

        /** Returns the transition that notes this result. */
        Transition transition(Trigger trigger, RefreshPolicy policy) {
            return (record, now) -> record.probed(version, verdict, trigger, sentAt, policy);
        }
    }
}
