package io.github.wxtoken.keeper;

import io.github.wxtoken.keeper.Prober.ProbeResult;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open probes of one token in this replica: those in flight, and at most one that is not sent yet. Thread-safe.
 *
 * <p>A probe tells nothing of a token that dies after it. So its verdict answers only the requests from before it was
 * sent, and a later request waits for the next probe, which all requests until then share:
 *
 * <ol>
 *   <li>{@link #join} returns the probe that answers a request: the unsent one, or a new one. That is sent at once, or
 *       when {@link RefreshPolicy#PROBE_GAP} has passed since the last one was sent.
 *   <li>{@link #ripe} and {@link #concluded} return the probe to send now. While two are in flight, the next one waits for
 *       the end of either. One that hangs thus delays nobody, and no token takes more than two of the lanes that all
 *       tokens share.
 *   <li>{@link #concluded} with a rejection, and {@link #settle} with a record that has another version or a DEAD token,
 *       answer all requests at once: waiting does not bring a token back to life.
 * </ol>
 *
 * <p>The watchdog and calls that cannot be repeated need no proof later than their own request, so they join the last
 * probe if that is in flight or recent. Futures are completed and probes sent without the lock.
 */
final class ProbeQueue {

    /** How many probes of one version may be in flight. */
    private static final int IN_FLIGHT = 2;

    private final List<PendingProbe> open = new ArrayList<>();
    private @Nullable PendingProbe last;

    /**
     * Returns the probe that answers a request. If it is {@code fresh}, the caller sends it, or calls {@link #ripe} when
     * {@link #untilRipe} has passed.
     *
     * @param here the local time
     * @param now the store's time
     */
    synchronized PendingProbe join(PendingProbe fresh, Instant here, Instant now) {
        PendingProbe before = last != null && last.version() == fresh.version() ? last : null;
        if (before != null && joins(fresh, before, here)) {
            return before;
        }
        for (PendingProbe probe : open) {
            if (!probe.isSent() && probe.version() == fresh.version()) {
                return probe;
            }
        }
        open.add(fresh);
        if ((before == null || !here.isBefore(before.sentHere().plus(RefreshPolicy.PROBE_GAP)))
                && inFlight(fresh.version()) < IN_FLIGHT) {
            send(fresh, here, now);
        }
        return fresh;
    }

    private boolean joins(PendingProbe fresh, PendingProbe before, Instant here) {
        if (!fresh.needsProof()) {
            return open.contains(before) || here.isBefore(before.sentHere().plus(RefreshPolicy.PROBE_GAP));
        }
        // The rejection may not be in the record yet.
        return before.rejectedHere().isAfter(here.minus(RefreshPolicy.PROBE_GAP));
    }

    /** Returns how long an unsent probe must wait for the one before it. */
    synchronized Duration untilRipe(Instant here) {
        Duration wait = last == null
                ? Duration.ZERO
                : Duration.between(here, last.sentHere().plus(RefreshPolicy.PROBE_GAP));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** Marks an unsent probe as due and returns it if it is to be sent now; else null. */
    @Nullable
    synchronized PendingProbe ripe(PendingProbe probe, Instant here, Instant now) {
        probe.ripen();
        return sendable(here, now);
    }

    /**
     * Removes a probe that has ended.
     *
     * @return the probes that have the same result, and the one to send now
     */
    synchronized Ended concluded(PendingProbe probe, ProbeResult result, Instant here, Instant now) {
        open.remove(probe);
        List<PendingProbe> answered = List.of();
        if (result.verdict().dead()) {
            probe.rejected(here);
            answered = open.stream()
                    .filter(other -> other.version() == probe.version())
                    .toList();
            open.removeIf(other -> !other.isSent() && other.version() == probe.version());
        }
        return new Ended(answered, sendable(here, now));
    }

    /** Answers the requests about a version that is no longer current, or that is known to be dead. */
    void settle(TokenRecord record, Instant now) {
        List<PendingProbe> moot;
        synchronized (this) {
            if (open.isEmpty()) {
                return;
            }
            moot = open.stream().filter(probe -> isMoot(probe, record)).toList();
            open.removeIf(probe -> !probe.isSent() && isMoot(probe, record));
        }
        moot.forEach(probe -> answer(probe, probe.resultOf(Verdict.INCONCLUSIVE, now)));
    }

    private static boolean isMoot(PendingProbe probe, TokenRecord record) {
        return probe.version() != record.version() || record.is(Level.DEAD);
    }

    /** Answers the requests that wait for a probe. One in flight goes on, for its verdict may still be of use. */
    static void answer(PendingProbe probe, ProbeResult result) {
        if (probe.isSent()) {
            probe.answer().complete(result);
        } else {
            probe.conclude(result);
        }
    }

    private @Nullable PendingProbe sendable(Instant here, Instant now) {
        for (PendingProbe probe : open) {
            if (!probe.isSent() && probe.isRipe() && inFlight(probe.version()) < IN_FLIGHT) {
                send(probe, here, now);
                return probe;
            }
        }
        return null;
    }

    private void send(PendingProbe probe, Instant here, Instant now) {
        probe.send(here, now);
        last = probe;
    }

    private long inFlight(long version) {
        return open.stream()
                .filter(probe -> probe.isSent() && probe.version() == version)
                .count();
    }

    /** What the end of a probe leads to: other probes whose requests it answers, and the next one to send, if any. */
    record Ended(List<PendingProbe> answered, @Nullable PendingProbe next) {}
}
