package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Instants.earlier;
import static io.github.wxtoken.token.Instants.later;

import io.github.wxtoken.keeper.Prober.ProbeResult;
import io.github.wxtoken.token.Doubt;
import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.Token;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes each current token regularly to find tokens that were ended, but not by this server. Thread-safe.
 *
 * <p>Each tick probes the slots whose next probe is due, in at most {@link #LANES} lanes:
 *
 * <ol>
 *   <li>{@link LastProbe#next} decides when a token is probed next. Tokens in doubt are probed more often.
 *   <li>{@code probe} sends the probe. The {@link Prober} may answer with one in flight or less than a second old.
 *   <li>{@code evaluate} remembers a rejection. WeChat is known to reject a valid token for seconds around a rotation, so
 *       a rejection counts only if a second, later probe confirms it. One is enough if the token was already in doubt,
 *       or if other replicas may have superseded it without a notification.
 * </ol>
 *
 * <p>Invariants: an inconclusive probe keeps an earlier rejection, and a probe that finds the token alive clears it. A
 * new version begins without a history. Only {@code whenDead} acts on a dead token. Each probe frees its lane exactly
 * once.
 */
final class Watchdog {

    /** The maximum number of concurrent probes. */
    static final int LANES = TokenSource.CONCURRENT_CALLS;

    /** How long after a rejection WeChat is likely to accept the token again, and the probe interval after that. */
    private static final Duration FLAPPING = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    private final Collection<TokenSlot> slots;
    private final Prober prober;
    private final Executor work;
    private final BiConsumer<TokenSlot, ProbeResult> whenDead;
    private final Lanes<TokenSlot> lanes;
    private final ConcurrentMap<TokenKey, LastProbe> lastProbes = new ConcurrentHashMap<>();

    /**
     * Creates a watchdog.
     *
     * @param again runs the next probe when a lane becomes free
     * @param work runs the evaluation of probe results
     * @param whenDead receives the result for a token that is dead
     */
    Watchdog(
            Collection<TokenSlot> slots,
            Prober prober,
            Executor again,
            Executor work,
            BiConsumer<TokenSlot, ProbeResult> whenDead) {
        this.slots = slots;
        this.prober = prober;
        this.work = work;
        this.whenDead = whenDead;
        this.lanes = new Lanes<>(LANES, again, this::probe);
    }

    /** Begins to probe the tokens whose next probe is due. */
    void tick() {
        lanes.enter(TokenSlot.overdue(slots, this::nextProbe));
    }

    private Instant nextProbe(TokenSlot slot) {
        TokenRecord record = slot.record();
        return lastProbe(slot, record.version()).next(record, slot.policy(), slot.adriftFrom());
    }

    private boolean probe(TokenSlot slot) {
        TokenRecord record = slot.record();
        Token current = record.current();
        if (current == null || nextProbe(slot).isAfter(slot.now())) {
            return false;
        }
        LastProbe last = lastProbe(slot, record.version());
        lastProbes.put(slot.key(), new LastProbe(record.version(), slot.now(), last.refusedAt));
        prober.recent(slot, record.version(), current, Trigger.WATCHDOG)
                .whenCompleteAsync(
                        (result, e) -> {
                            try {
                                evaluate(slot, result);
                            } catch (RuntimeException failed) {
                                log.error("Could not evaluate the probe of {}", slot.name(), failed);
                            } finally {
                                lanes.leave();
                            }
                        },
                        work);
        return true;
    }

    private void evaluate(TokenSlot slot, ProbeResult result) {
        LastProbe last = lastProbe(slot, result.version());
        boolean refused = result.verdict().dead();
        Instant refusedAt = result.verdict() == Verdict.ALIVE ? null : refused ? result.sentAt() : last.refusedAt;
        lastProbes.put(slot.key(), new LastProbe(result.version(), result.sentAt(), refusedAt));
        boolean again = last.refusedAt != null && last.refusedAt.isBefore(result.sentAt());
        // A doubt counts as the first rejection. Without contact, others may well have superseded the token.
        boolean adrift = !slot.adriftFrom().isAfter(slot.now());
        if (refused && (again || adrift || slot.record().doubt() != null)) {
            whenDead.accept(slot, result);
        }
    }

    private LastProbe lastProbe(TokenSlot slot, long version) {
        LastProbe last = lastProbes.get(slot.key());
        return last != null && last.version == version ? last : new LastProbe(version, Instant.EPOCH, null);
    }

    /** When a version was last probed, and when WeChat last rejected it; null if it did not, or accepts it again. */
    record LastProbe(long version, Instant at, @Nullable Instant refusedAt) {

        /**
         * Returns the time of the next probe, or {@link Instant#MAX} for never.
         *
         * <p>Some tokens are probed more often, even if the watchdog is off. An UNSURE token is probed after each lost
         * response, as two lost mints in a row end it at once, and from the end of the overlap on. A DEAD token is
         * probed because WeChat may accept it again. A token is also probed if other replicas may have superseded it
         * since {@code adriftFrom} without a notification.
         */
        Instant next(TokenRecord record, RefreshPolicy policy, Instant adriftFrom) {
            Token current = record.current();
            Instant verified = record.verifiedAt() == null ? Instant.EPOCH : record.verifiedAt();
            Instant last = later(at, later(record.committedAt(), verified));
            boolean adrift = adriftFrom.isBefore(Instant.MAX);
            boolean fetching = record.claim() != null && !adrift;
            if (current == null || fetching || !last.isBefore(current.expiresAt())) {
                return Instant.MAX;
            }
            Instant soon = last.plus(RefreshPolicy.NEXT_PROBE);
            Instant regular = earlier(
                    policy.watchdog().isZero() ? Instant.MAX : last.plus(policy.watchdog()),
                    adrift ? later(soon, adriftFrom) : Instant.MAX);
            Doubt doubt = record.doubt();
            if (refusedAt != null && !record.is(Level.DEAD)) {
                return soon;
            }
            if (doubt != null && !record.is(Level.UNSURE)) {
                // Flapping lasts seconds. A token that is dead for longer is unlikely to recover.
                return last.isBefore(doubt.since().plus(FLAPPING)) ? soon : last.plus(FLAPPING);
            }
            return doubt == null ? regular : earlier(regular, unsure(record, doubt, last, policy));
        }

        private static Instant unsure(TokenRecord record, Doubt doubt, Instant last, RefreshPolicy policy) {
            Failure failure = record.failure();
            return failure != null && last.isBefore(failure.at())
                    ? failure.at()
                    : later(last.plus(RefreshPolicy.NEXT_PROBE), doubt.since().plus(policy.overlap()));
        }
    }
}
