package io.github.wxtoken.token;

import io.github.wxtoken.token.Prober.Finding;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    /** When it looks again after a refusal: as soon as the first verdict no longer holds. */
    static final Duration SECOND_LOOK = Prober.VERDICT_HOLDS.plusSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    private final Collection<TokenSlot> slots;
    private final Prober prober;
    private final BiConsumer<TokenSlot, Finding> whenDead;
    private final Map<TokenKey, Look> looks = new ConcurrentHashMap<>();
    private final Lanes<TokenSlot> lanes;

    /** Creates it; {@code whenDead} is told of a token that was refused twice. */
    Watchdog(Collection<TokenSlot> slots, Prober prober, Executor executor, BiConsumer<TokenSlot, Finding> whenDead) {
        this.slots = slots;
        this.prober = prober;
        this.whenDead = whenDead;
        this.lanes = new Lanes<>(LANES, executor, this::look);
    }

    /** Begins to probe the tokens whose time has come. */
    void tick() {
        lanes.enter(slots.stream().filter(this::due).toList());
    }

    private boolean due(TokenSlot slot) {
        TokenRecord record = slot.record();
        Instant at = lastLook(slot.key(), record.generation()).next(record, slot.policy());
        return at != null && !slot.now().isBefore(at);
    }

    private boolean look(TokenSlot slot) {
        TokenRecord record = slot.record();
        Token current = record.current();
        if (current == null || !due(slot)) {
            return false;
        }
        Look last = lastLook(slot.key(), record.generation());
        looks.put(slot.key(), new Look(record.generation(), slot.now(), last.refusedAt));
        prober.probe(slot, record.generation(), current).whenComplete((finding, e) -> {
            try {
                judge(slot, finding);
            } catch (RuntimeException failed) {
                log.error(
                        "Could not judge the token of account '{}'",
                        slot.account().name(),
                        failed);
            } finally {
                lanes.leave();
            }
        });
        return true;
    }

    private void judge(TokenSlot slot, Finding finding) {
        Look last = lastLook(slot.key(), finding.generation());
        boolean refused = finding.verdict().dead();
        Instant refusedAt = finding.verdict() == Verdict.ALIVE ? null : refused ? finding.sentAt() : last.refusedAt;
        looks.put(slot.key(), new Look(finding.generation(), finding.sentAt(), refusedAt));
        boolean again = last.refusedAt != null && last.refusedAt.isBefore(finding.sentAt());
        // Whoever raised a doubt before has had the first look.
        if (refused && (again || slot.record().doubt() != null)) {
            whenDead.accept(slot, finding);
        }
    }

    private Look lastLook(TokenKey key, long generation) {
        Look last = looks.get(key);
        return last != null && last.generation == generation ? last : new Look(generation, Instant.EPOCH, null);
    }

    /** When a generation was last looked at, and when it was then found refused, if it was. */
    private record Look(long generation, Instant at, @Nullable Instant refusedAt) {
        @Nullable
        Instant next(TokenRecord record, RefreshPolicy policy) {
            Instant next = record.watchAt(at, policy);
            return next == null || refusedAt == null ? next : RefreshPolicy.earlier(next, at.plus(SECOND_LOOK));
        }
    }
}
