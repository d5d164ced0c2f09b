package io.github.wxtoken.token;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A reason to replace the current token early. A commit under a claim with a higher fence settles it, unless a request
 * that caused it can still reach WeChat.
 *
 * @param level the severity
 * @param since the earliest instant at which WeChat may have replaced the token, or when it was reported or rejected
 * @param last the latest instant at which a mint may have replaced the token
 * @param fence the newest claim that may be the cause, 0 for none; tokens of this or an older claim are in doubt too
 * @param trigger the source of the doubt
 */
public record Doubt(Level level, Instant since, Instant last, long fence, Trigger trigger) {

    /** The tolerated clock difference between two instants: after a failover, a different machine provides the time. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** The severity of a doubt, in ascending order. */
    public enum Level {
        /** A caller reported the token and WeChat could not be probed: replace it soon, serve it meanwhile. */
        SUSPECT,
        /** WeChat may have minted a newer token: replace it when the overlap ends, serve it until then. */
        UNSURE,
        /** WeChat rejects the token: replace it at once, never serve it. */
        DEAD
    }

    /** Merges this doubt with an older one: the more severe one wins, equally severe ones span both periods. */
    Doubt on(@Nullable Doubt older) {
        if (older == null) {
            return this;
        }
        Doubt worse = level.compareTo(older.level) > 0 ? this : older;
        Instant from = level == older.level && since.isBefore(older.since) ? since : worse.since;
        return new Doubt(
                worse.level, from, Instants.later(last, older.last), Math.max(fence, older.fence), worse.trigger);
    }

    /** Returns this doubt with another start. */
    Doubt from(Instant time) {
        return new Doubt(level, time, last, fence, trigger);
    }

    /**
     * Returns the remaining doubt, or null, after a probe sent at {@code sentAt} found the token alive. A token that is
     * alive after the overlap of the last doubted mint was not superseded. A DEAD token may be served again, because
     * WeChat sometimes rejects valid tokens.
     */
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
        // The token's remaining life is unknown: it is served only for a short time after each successful probe.
        Instant from = level == Level.DEAD ? sentAt.minus(policy.overlap()) : since;
        return new Doubt(Level.UNSURE, from, last, fence, trigger);
    }
}
