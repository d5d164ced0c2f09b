package io.github.wxtoken.token;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A reason to replace the current token before its time. Any commit of a claim with a higher fence settles it.
 *
 * @param level how bad it is
 * @param since from when on the token may have been replaced at WeChat, or when it was found refused
 * @param last when a mint that may have replaced it can have happened at the latest
 * @param fence the newest claim that could be the cause; a token fetched under it or an older one is in doubt too
 * @param trigger who raised it
 */
public record Doubt(Level level, Instant since, Instant last, long fence, Trigger trigger) {

    /** How far the clocks may be apart by which two moments are told: after a failover, another machine tells the time. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** How bad a doubt is, in rising order. */
    public enum Level {
        /** It was reported, and WeChat could not be asked: replace it at once, serve it meanwhile. */
        SUSPECT,
        /** WeChat may have minted another one: replace it at once, serve it only through the overlap. */
        UNSURE,
        /** WeChat refuses it: replace it at once, never serve it. */
        DEAD
    }

    /** This doubt on top of an older one: the worse of the two, over the time of both where they are equally bad. */
    Doubt on(@Nullable Doubt older) {
        if (older == null) {
            return this;
        }
        Doubt worse = level.compareTo(older.level) > 0 ? this : older;
        Instant from = level == older.level && since.isBefore(older.since) ? since : worse.since;
        return new Doubt(
                worse.level, from, Instants.later(last, older.last), Math.max(fence, older.fence), worse.trigger);
    }

    /** This doubt, as if it had arisen at another time. */
    Doubt from(Instant time) {
        return new Doubt(level, time, last, fence, trigger);
    }

    /** What is left of it when a look that was sent then finds the token alive. */
    @Nullable
    Doubt afterLook(Instant sentAt, RefreshPolicy policy) {
        boolean mayBeSuperseded =
                fence > 0 && sentAt.isBefore(last.plus(policy.overlap()).plus(SLACK));
        if (level == Level.DEAD && !sentAt.isAfter(since)) {
            return this;
        }
        if (!mayBeSuperseded) {
            return null;
        }
        // How long it lives is not known any more: it is served from one look to the next.
        Instant from = level == Level.DEAD ? sentAt.minus(policy.overlap()) : since;
        return new Doubt(Level.UNSURE, from, last, fence, trigger);
    }
}
