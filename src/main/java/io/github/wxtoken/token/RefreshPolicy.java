package io.github.wxtoken.token;

import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSourceException.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The figures of refreshing one account's access_token by the classic API: when the next fetch is due, how long to back
 * off, what jitter. Pure: chance comes in as a draw from 0 (inclusive) to 1 (exclusive).
 *
 * @param lead how long before its expiry a token is refreshed, at most a third of its life
 * @param overlap how long WeChat takes the old token after a refresh
 * @param watchdog how often the current token is probed; zero for never
 * @param dailyBudget how many attempts to mint one Beijing day allows
 * @param reserve how many of them reports and the watchdog must leave
 */
record RefreshPolicy(Duration lead, Duration overlap, Duration watchdog, int dailyBudget, int reserve) {

    /** After a success, no mint is sent for this long, whatever happens. */
    static final Duration MIN_GAP = Duration.ofSeconds(5);

    /** How long a claim keeps others away. */
    static final Duration CLAIM = Duration.ofSeconds(30);

    /** How old a claim may be when its request is sent; the rest of the claim is for the answer. */
    static final Duration SEND_WITHIN = Duration.ofSeconds(15);

    /** For how long a token in doubt may be served after a look that found it alive; the next look comes before that. */
    static final Duration LOOK_HOLDS = Duration.ofSeconds(10);

    /** How soon to look again at a token in doubt: as soon as the last verdict no longer holds. */
    static final Duration NEXT_LOOK = Prober.VERDICT_HOLDS.plusSeconds(1);

    /** When to refresh once more after a claim ran out, whose owner may have sent late. */
    static final Duration ORPHAN_RECHECK = Duration.ofSeconds(150);

    /** What WeChat's {@code expires_in} is at most ("a value within 7200"). */
    private static final long LONGEST_LIFE = 7200;

    /** The life of a token that came without a usable {@code expires_in}. */
    private static final long ASSUMED_LIFE = 300;

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final Duration OPERATOR_RETRY = Duration.ofMinutes(5);
    private static final Duration QUOTA_RETRY = Duration.ofHours(1);

    /** Attempts that fail in a row beyond this are spread over what is left of the budget. */
    private static final int UNPACED_ATTEMPTS = 20;

    /** The token that was fetched by a request sent no earlier than {@code sentAt}, with a life that can be relied on. */
    Token token(Fetched fetched, Instant sentAt) {
        Long said = fetched.expiresIn();
        long life = said == null || said <= 0 ? ASSUMED_LIFE : Math.min(said, LONGEST_LIFE);
        return new Token(fetched.value(), sentAt, sentAt.plusSeconds(life));
    }

    /** When a token committed now is to be refreshed. Jitter only ever makes it earlier. */
    Instant refreshAt(Token token, Instant now, double draw) {
        Duration third = Duration.between(token.issuedAt(), token.expiresAt()).dividedBy(3);
        Duration before = lead.compareTo(third) < 0 ? lead : third;
        Instant at = token.expiresAt().minus(before).minus(scale(before.dividedBy(10), draw));
        return later(at, now.plus(MIN_GAP));
    }

    /**
     * When to try again after a failure, the {@code attempts}th in a row. The exception's own {@code retryAfter} counts,
     * from a second to a day, except where the advice is to retry soon.
     */
    Instant retryAt(TokenSourceException e, int attempts, Budget budget, Instant now, double draw) {
        Duration asked = clamp(e.retryAfter());
        return switch (e.advice()) {
            case RETRY_SOON -> {
                Duration cap = Duration.ofSeconds(1L << Math.min(attempts - 1, 5));
                Instant at = now.plus(scale(cap.compareTo(LONGEST_RETRY) < 0 ? cap : LONGEST_RETRY, draw));
                // What was not sent was given back to the budget, and so needs no pace.
                boolean paced = attempts > UNPACED_ATTEMPTS && e.outcome() != Outcome.NOT_SENT;
                yield paced ? later(at, now.plus(pace(budget, 0, now))) : at;
            }
            case BACK_OFF, OPERATOR -> now.plus(asked == null ? OPERATOR_RETRY : asked);
            case QUOTA -> {
                Instant at = now.plus(asked == null ? QUOTA_RETRY : asked);
                // A new day may bring a new quota; not all accounts of the world need to ask in its first second.
                Instant midnight = Budget.endOfDay(now).plus(scale(Duration.ofMinutes(1), draw));
                yield at.isAfter(midnight) ? midnight : at;
            }
        };
    }

    /** From when the budget allows a scheduled refresh. */
    Instant scheduledFrom(Budget budget) {
        return budget.spent() < dailyBudget ? Instant.EPOCH : budget.end();
    }

    /**
     * From when the budget allows a refresh that a report or the watchdog asks for: it leaves the reserve, and once a
     * tenth of the budget is spent (a quiet day takes a hundredth), what is left is spread over the rest of the day. So a
     * war with another server that mints too costs freshness, but never the rest of the day.
     */
    Instant unplannedFrom(Budget budget, Instant committedAt) {
        if (budget.spent() >= dailyBudget - reserve) {
            return budget.end();
        }
        if (budget.spent() < dailyBudget / 10) {
            return Instant.EPOCH;
        }
        Instant from = later(committedAt, budget.start());
        Instant at = from.plus(pace(budget, reserve, from));
        return at.isBefore(budget.end()) ? at : budget.end();
    }

    /** The distance at which attempts can go on until midnight and leave {@code floor} of the budget. */
    private Duration pace(Budget budget, int floor, Instant now) {
        int left = dailyBudget - floor - budget.spentOn(now);
        Duration day = Duration.between(now, Budget.endOfDay(now));
        return left > 0 ? day.dividedBy(left) : day;
    }

    private static Duration scale(Duration duration, double draw) {
        return Duration.ofMillis((long) (duration.toMillis() * draw));
    }

    static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static @Nullable Duration clamp(@Nullable Duration asked) {
        if (asked == null) {
            return null;
        }
        Duration least = Duration.ofSeconds(1);
        Duration most = Duration.ofDays(1);
        return asked.compareTo(least) < 0 ? least : asked.compareTo(most) > 0 ? most : asked;
    }
}
