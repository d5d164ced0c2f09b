package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The stable tokens of an account and the rules for issuing them. Not thread-safe: the account guards it. */
final class StableTokens {

    static final int FORCED_A_DAY = 20;
    static final Duration FORCED_GAP = Duration.ofSeconds(30);
    private static final Duration RENEWED_WITHIN = Duration.ofMinutes(5);
    private static final ZoneOffset BEIJING = ZoneOffset.ofHours(8);

    private final TokenSlots slots = new TokenSlots();
    private @Nullable Instant forcedAt;
    private LocalDate forcedDay = LocalDate.MIN;
    private int forcedToday;

    /** Returns the answer to a call; {@code mint} creates another token. */
    Reply answer(boolean forced, Instant now, Supplier<TokenLife> mint) {
        TokenLife current = slots.current();
        if (forced) {
            if (forcedToday(now) >= FORCED_A_DAY) {
                return Reply.Refused.with(Errcode.DAILY_QUOTA_REACHED);
            }
            if (forcedAt == null || !now.isBefore(forcedAt.plus(FORCED_GAP))) {
                forcedAt = now;
                forcedToday++;
                return granted(issue(mint), now);
            }
        }
        if (current == null || !current.expiresAt().isAfter(now.plus(RENEWED_WITHIN))) {
            return granted(issue(mint), now);
        }
        return granted(current, now);
    }

    int forcedToday(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, BEIJING);
        if (!today.equals(forcedDay)) {
            forcedDay = today;
            forcedToday = 0;
        }
        return forcedToday;
    }

    TokenSlots slots() {
        return slots;
    }

    private TokenLife issue(Supplier<TokenLife> mint) {
        TokenLife life = mint.get();
        slots.issue(life);
        return life;
    }

    private static Reply granted(TokenLife life, Instant now) {
        long left = Duration.between(now, life.expiresAt()).toSeconds();
        return new Reply.Granted(life.token(), Long.toString(left));
    }
}
