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
 * The watchdog: probes each current token now and then, to find those that somebody else has superseded. Thread-safe.
 *
 * <p>WeChat is known to refuse a good token for seconds around a rotation, so it believes a refusal only when a second
 * look confirms it.
 */
final class Watchdog {

    /** How many probes may be under way at once. */
    static final int LANES = 32;

    /** For how long after a refusal WeChat may well take the token again, and how often to look after that. */
    private static final Duration FLAPPING = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    private final Collection<TokenSlot> slots;
    private final Prober prober;
    private final Executor work;
    private final BiConsumer<TokenSlot, ProbeResult> whenDead;
    private final Lanes<TokenSlot> lanes;
    private final ConcurrentMap<TokenKey, LastProbe> looks = new ConcurrentHashMap<>();

    /**
     * Creates it.
     *
     * @param again on which it goes on when a lane gets free
     * @param work on which findings are judged
     * @param whenDead is told of a token that was refused twice
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
        this.lanes = new Lanes<>(LANES, again, this::look);
    }

    /** Begins to probe the tokens whose time has come. */
    void tick() {
        lanes.enter(TokenSlot.overdue(slots, this::nextLook));
    }

    private Instant nextLook(TokenSlot slot) {
        TokenRecord record = slot.record();
        return lastLook(slot, record.version()).next(record, slot.policy(), slot.adriftFrom());
    }

    private boolean look(TokenSlot slot) {
        TokenRecord record = slot.record();
        Token current = record.current();
        if (current == null || nextLook(slot).isAfter(slot.now())) {
            return false;
        }
        LastProbe last = lastLook(slot, record.version());
        looks.put(slot.key(), new LastProbe(record.version(), slot.now(), last.refusedAt));
        prober.probe(slot, record.version(), current, Trigger.WATCHDOG)
                .whenCompleteAsync(
                        (finding, e) -> {
                            try {
                                judge(slot, finding);
                            } catch (RuntimeException failed) {
                                log.error("Could not judge {}", slot.name(), failed);
                            } finally {
                                lanes.leave();
                            }
                        },
                        work);
        return true;
    }

    private void judge(TokenSlot slot, ProbeResult finding) {
        LastProbe last = lastLook(slot, finding.version());
        boolean refused = finding.verdict().dead();
        Instant refusedAt = finding.verdict() == Verdict.ALIVE ? null : refused ? finding.sentAt() : last.refusedAt;
        looks.put(slot.key(), new LastProbe(finding.version(), finding.sentAt(), refusedAt));
        boolean again = last.refusedAt != null && last.refusedAt.isBefore(finding.sentAt());
        // Whoever raised a doubt before has had the first look; and who is out of touch has reason enough to believe
        // it.
        boolean adrift = !slot.adriftFrom().isAfter(slot.now());
        if (refused && (again || adrift || slot.record().doubt() != null)) {
            whenDead.accept(slot, finding);
        }
    }

    private LastProbe lastLook(TokenSlot slot, long version) {
        LastProbe last = looks.get(slot.key());
        return last != null && last.version == version ? last : new LastProbe(version, Instant.EPOCH, null);
    }

    /** When a version was last looked at, and when it was then found refused, if it was. */
    record LastProbe(long version, Instant at, @Nullable Instant refusedAt) {

        /**
         * When to look at a token again; the far future for never.
         *
         * <p>A token in doubt is looked at more often, even with the watchdog off: after each answer that was lost (two
         * lost mints in a row end the current token at once), and from the end of the overlap on; a dead one, because
         * WeChat may take it again. So is one that others may have superseded, without word of it, since {@code adriftFrom}.
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
            Instant soon = last.plus(RefreshPolicy.NEXT_LOOK);
            Instant regular = earlier(
                    policy.watchdog().isZero() ? Instant.MAX : last.plus(policy.watchdog()),
                    adrift ? later(soon, adriftFrom) : Instant.MAX);
            Doubt doubt = record.doubt();
            if (refusedAt != null && !record.is(Level.DEAD)) {
                return soon;
            }
            if (doubt != null && !record.is(Level.UNSURE)) {
                // What flaps does so for seconds; what is dead for longer will hardly come back.
                return last.isBefore(doubt.since().plus(FLAPPING)) ? soon : last.plus(FLAPPING);
            }
            return doubt == null ? regular : earlier(regular, unsure(record, doubt, last, policy));
        }

        private static Instant unsure(TokenRecord record, Doubt doubt, Instant last, RefreshPolicy policy) {
            Failure failure = record.failure();
            return failure != null && last.isBefore(failure.at())
                    ? failure.at()
                    : later(last.plus(RefreshPolicy.NEXT_LOOK), doubt.since().plus(policy.overlap()));
        }
    }
}
