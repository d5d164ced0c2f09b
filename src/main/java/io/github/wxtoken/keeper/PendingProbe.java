package io.github.wxtoken.keeper;

import io.github.wxtoken.keeper.Prober.ProbeResult;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.Trigger;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A probe of one version and the futures of those who wait for it. A {@link ProbeQueue} guards the times. Compared by
 * identity.
 */
final class PendingProbe {

    private final long version;
    private final Token token;
    private final Trigger trigger;
    private final boolean needsProof;

    /** Completes with what WeChat answered, or when the probe is dropped unsent. */
    private final CompletableFuture<ProbeResult> result = new CompletableFuture<>();

    /** Completes with the result, or earlier if the result no longer matters to a caller. */
    private final CompletableFuture<ProbeResult> answer = new CompletableFuture<>();

    private @Nullable Instant sentAt;
    private Instant sentHere = Instant.MIN;
    private Instant rejectedHere = Instant.MIN;
    private boolean ripe;

    PendingProbe(long version, Token token, Trigger trigger, boolean needsProof) {
        this.version = version;
        this.token = token;
        this.trigger = trigger;
        this.needsProof = needsProof;
    }

    long version() {
        return version;
    }

    Token token() {
        return token;
    }

    Trigger trigger() {
        return trigger;
    }

    /** Returns whether an earlier probe, in flight or recent, is no answer. */
    boolean needsProof() {
        return needsProof;
    }

    CompletableFuture<ProbeResult> result() {
        return result;
    }

    CompletableFuture<ProbeResult> answer() {
        return answer;
    }

    /** Records that the probe is being sent, by the local clock and by the store's. */
    void send(Instant here, Instant now) {
        sentHere = here;
        sentAt = now;
    }

    boolean isSent() {
        return sentAt != null;
    }

    Instant sentHere() {
        return sentHere;
    }

    /** Marks an unsent probe as due. */
    void ripen() {
        ripe = true;
    }

    boolean isRipe() {
        return ripe;
    }

    /** Records when WeChat's rejection arrived (local clock). */
    void rejected(Instant here) {
        rejectedHere = here;
    }

    Instant rejectedHere() {
        return rejectedHere;
    }

    /** Returns the result that a verdict makes of this probe; {@code now} is the store's time. */
    ProbeResult resultOf(Verdict verdict, Instant now) {
        return new ProbeResult(version, verdict, sentAt == null ? now : sentAt);
    }

    /** Completes both futures. */
    void conclude(ProbeResult outcome) {
        result.complete(outcome);
        answer.complete(outcome);
    }
}
