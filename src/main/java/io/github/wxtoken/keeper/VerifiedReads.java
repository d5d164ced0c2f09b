package io.github.wxtoken.keeper;

import io.github.wxtoken.keeper.Prober.ProbeResult;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Serves callers that need a verified token: clients of WeChat's own token calls, and calls that cannot be repeated. A
 * client that was refused a token repeats its token call and cannot say which token was refused. Thread-safe.
 */
final class VerifiedReads {

    /** How long a probe may delay the answer. After that, the token is served unverified. */
    private static final Duration PROBE_TAKES = Duration.ofSeconds(2);

    /**
     * Popular clients that receive an {@code expires_in} of this or less repeat the call each time they need a token.
     */
    private static final Duration LASTING = Duration.ofSeconds(200);

    /** How long a token that WeChat has issued or accepted needs no probe for a call that cannot be repeated. */
    private static final Duration CONFIRMED_FOR = Duration.ofSeconds(10);

    private final Prober prober;
    private final Refresher refresher;
    private final ScheduledExecutorService timer;
    private final Executor work;

    /** Creates it; calls of the store run on {@code work}. */
    VerifiedReads(Prober prober, Refresher refresher, ScheduledExecutorService timer, Executor work) {
        this.prober = prober;
        this.refresher = refresher;
        this.timer = timer;
        this.work = work;
    }

    /**
     * Returns the current token by a deadline. WeChat has accepted it after this call, or could not be asked in time. An
     * earlier verification is no proof, as a client comes here when WeChat has just rejected the token.
     */
    CompletableFuture<ServedToken> read(TokenSlot slot, Instant deadline) {
        return verified(slot, prober::probe).thenCompose(done -> lasting(slot, deadline));
    }

    /**
     * Returns the current token by a deadline. WeChat has issued or accepted it recently, or it is verified first. If
     * WeChat could not be asked a moment ago, it is not asked again.
     */
    CompletableFuture<ServedToken> confirmed(TokenSlot slot, Instant deadline) {
        Instant end = slot.record().confirmedAt().plus(CONFIRMED_FOR);
        ServedToken served = slot.served();
        if (served != null && slot.now().isBefore(end)) {
            return CompletableFuture.completedFuture(served);
        }
        return verified(slot, (of, version, current) -> prober.recent(of, version, current, Trigger.REPORT))
                .thenCompose(done -> slot.waiting().await(0, deadline));
    }

    /** Completes when WeChat's verdict on the current token has been noted, or could not be had in time. */
    private CompletableFuture<@Nullable Void> verified(TokenSlot slot, Question question) {
        TokenRecord record = slot.record();
        Token current = record.current();
        if (current == null || !slot.policy().probes() || record.is(Level.DEAD)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<ProbeResult> probe = question.ask(slot, record.version(), current);
        return TimeLimits.limit(probe, PROBE_TAKES, TimeoutException::new, timer)
                .handleAsync(
                        (result, e) -> {
                            if (result != null && result.verdict().dead()) {
                                prober.note(slot, result, Trigger.REPORT);
                            }
                            return null;
                        },
                        work);
    }

    /** Returns a token with a longer life where fetching one now would give that, else the current one. */
    private CompletableFuture<ServedToken> lasting(TokenSlot slot, Instant deadline) {
        ServedToken served = slot.served();
        if (served != null && served.expiresIn() > LASTING.toSeconds()) {
            return CompletableFuture.completedFuture(served);
        }
        Transition hasten = (before, now) -> before.hastened(LASTING, now, slot.policy());
        CompletableFuture<TokenRecord> hastened =
                CompletableFuture.supplyAsync(() -> slot.shared().note(hasten).after(), work);
        WaitingCallers waiting = slot.waiting();
        return hastened.thenCompose(record -> refresher.wake(slot).thenApply(begun -> record))
                // The fetch may have ended already.
                .thenCompose(record -> served != null && slot.record().fetching(slot.now())
                        ? waiting.await(record.version() + 1, deadline)
                                .exceptionallyCompose(e -> waiting.await(0, deadline))
                        : waiting.await(0, deadline));
    }

    /** How WeChat is asked about a version. */
    private interface Question {
        CompletableFuture<ProbeResult> ask(TokenSlot slot, long version, Token current);
    }
}
