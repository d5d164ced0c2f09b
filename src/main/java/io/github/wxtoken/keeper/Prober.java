package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes current tokens: asks WeChat whether it accepts them. Concurrent callers share one probe, and a verdict is
 * reused while it is valid. Thread-safe.
 */
final class Prober {

    /** The time limit of a probe. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Logger log = LoggerFactory.getLogger(Prober.class);

    private final TokenSource source;
    private final Executor work;
    private final ScheduledExecutorService timer;
    private final Consumer<TokenEvent> events;
    private final ConcurrentMap<TokenKey, PendingProbe> latest = new ConcurrentHashMap<>();

    /** Creates a prober. It records verdicts and completes its futures on {@code work}. */
    Prober(TokenSource source, Executor work, ScheduledExecutorService timer, Consumer<TokenEvent> events) {
        this.source = source;
        this.work = work;
        this.timer = timer;
        this.events = events;
    }

    /**
     * Returns WeChat's verdict on a slot's current token. The future never fails: an error is inconclusive. A token
     * found alive is noted in the record.
     */
    CompletableFuture<ProbeResult> probe(TokenSlot slot, long version, Token current, Trigger trigger) {
        Instant now = slot.now();
        PendingProbe mine = new PendingProbe(version, now);
        PendingProbe probe =
                latest.compute(slot.key(), (key, last) -> last != null && last.holds(version, now) ? last : mine);
        if (probe == mine) {
            TimeLimits.call(() -> source.probe(slot.key(), current.value()), LIMIT, timer)
                    .whenCompleteAsync(
                            (verdict, e) -> {
                                if (e != null) {
                                    log.error(
                                            "The probe of {} failed unexpectedly: {}",
                                            slot.name(),
                                            TimeLimits.withoutMessage(e));
                                }
                                Verdict found = verdict == null ? Verdict.INCONCLUSIVE : verdict;
                                events.accept(new TokenEvent.Probed(slot.account(), slot.key(), trigger, found));
                                conclude(slot, mine, found);
                            },
                            work);
        }
        return probe.result;
    }

    private static void conclude(TokenSlot slot, PendingProbe probe, Verdict verdict) {
        ProbeResult result = new ProbeResult(probe.version, verdict, probe.sentAt);
        try {
            if (verdict == Verdict.ALIVE) {
                // Nothing is to be fetched after this verdict, so the trigger does not matter.
                slot.shared().note(result.transition(Trigger.WATCHDOG, slot.policy()));
            }
        } finally {
            probe.answeredAt = slot.now();
            probe.result.complete(result);
        }
    }

    /** Notes in the record that WeChat rejected a token or that the probe was inconclusive. Calls the store. */
    void note(TokenSlot slot, ProbeResult result, Trigger by) {
        if (slot.record().version() != result.version()
                || (slot.record().is(Level.DEAD) && result.verdict().dead())) {
            // The token was replaced, or another report has noted it.
            return;
        }
        Change change = slot.shared().note(result.transition(by, slot.policy()));
        Token token = change.before().current();
        if (token != null && change.after().is(Level.DEAD) && !change.before().is(Level.DEAD)) {
            boolean contested = !Objects.equals(
                    change.after().contestedAt(), change.before().contestedAt());
            events.accept(new TokenEvent.FoundDead(
                    slot.account(), slot.key(), by, contested, change.before().version(), token.fingerprint()));
        }
    }

    /** The result of a probe of a version, sent at {@code sentAt} by the store's clock. */
    record ProbeResult(long version, Verdict verdict, Instant sentAt) {

        /** Returns the transition that notes this result. */
        Transition transition(Trigger trigger, RefreshPolicy policy) {
            return (record, now) -> record.probed(version, verdict, trigger, sentAt, policy);
        }
    }

    /** One call of WeChat and the future of its result. Equal only to itself. */
    private static final class PendingProbe {
        private final long version;
        private final Instant sentAt;
        private final CompletableFuture<ProbeResult> result = new CompletableFuture<>();
        private volatile @Nullable Instant answeredAt;

        PendingProbe(long version, Instant sentAt) {
            this.version = version;
            this.sentAt = sentAt;
        }

        boolean holds(long wanted, Instant now) {
            Instant answered = answeredAt;
            return version == wanted && (answered == null || now.isBefore(answered.plus(RefreshPolicy.VERDICT_HOLDS)));
        }
    }
}
