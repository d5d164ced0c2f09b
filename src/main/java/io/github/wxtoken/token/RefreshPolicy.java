package io.github.wxtoken.token;

import static io.github.wxtoken.token.Instants.earlier;
import static io.github.wxtoken.token.Instants.later;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The figures of refreshing one of an account's tokens: when the next fetch is due, how long to back off, what jitter.
 * Pure: chance comes in as a draw from 0 (inclusive) to 1 (exclusive).
 *
 * @param lead how long before its expiry a token is refreshed, at most a third of its life
 * @param overlap how long WeChat takes the old token after a refresh
 * @param watchdog how often the current token is probed; zero for never
 * @param dailyBudget how many attempts to mint one Beijing day allows
 * @param reserve how many of them reports and the watchdog must leave
 * @param issuance how WeChat issues it
 */
public record RefreshPolicy(
        Duration lead, Duration overlap, Duration watchdog, int dailyBudget, int reserve, Issuance issuance) {

    /** After a success, no mint is sent for this long, whatever happens. */
    public static final Duration MIN_GAP = Duration.ofSeconds(5);

    /** How long a caller waits for a token at most. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(3);

    /** How long a claim keeps others away. */
    public static final Duration CLAIM = Duration.ofSeconds(30);

    /** How old a claim may be when its request is sent; the rest of the claim is for the answer. */
    public static final Duration SEND_WITHIN = Duration.ofSeconds(15);

    /** For how long a token in doubt may be served after a look that found it alive; the next look comes before that. */
    static final Duration LOOK_HOLDS = Duration.ofSeconds(10);

    /** How long the verdict of a probe holds. */
    public static final Duration VERDICT_HOLDS = Duration.ofSeconds(5);

    /** How soon to look again at a token in doubt: as soon as the last verdict no longer holds. */
    public static final Duration NEXT_LOOK = VERDICT_HOLDS.plusSeconds(1);

    /** When to ask again for a token that WeChat handed out once more, though its successor was due. */
    static final Duration ASK_AGAIN = Duration.ofSeconds(30);

    /**
     * The lead with the stable API, which issues the next token in the last five minutes only: with the jitter and the
     * slowest of calls it stays within them, and leaves clients more than the 200 s at which some begin to ask on every
     * call.
     */
    private static final Duration STABLE_LEAD = Duration.ofSeconds(260);

    private static final Duration STABLE_RENEWS_WITHIN = Duration.ofMinutes(5);

    /** What is left of a ticket's life is never said, so it is fetched again well before it could end. */
    private static final Duration TICKET_REFETCH = Duration.ofHours(1);

    /** WeChat limits forced refreshes to so many a day, this far apart. */
    private static final int FORCED_A_DAY = 20;

    private static final Duration FORCED_GAP = Duration.ofSeconds(30);

    /** What operators may spend of them; the rest is for tokens that are dead. */
    private static final int ORDERED_A_DAY = FORCED_A_DAY - 4;

    /** Fetching hourly takes 24; how many WeChat allows is not published. */
    private static final int TICKET_BUDGET = 1000;

    /** What WeChat's {@code expires_in} is at most ("a value within 7200"). */
    private static final long LONGEST_LIFE = 7200;

    /** The life of a token that came without a usable {@code expires_in}. */
    private static final long ASSUMED_LIFE = 300;

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final Duration OPERATOR_RETRY = Duration.ofMinutes(5);
    private static final Duration QUOTA_RETRY = Duration.ofHours(1);

    /** Attempts that fail in a row beyond this are spread over what is left of the budget. */
    private static final int UNPACED_ATTEMPTS = 20;

    /** The policy for one of an account's tokens, where {@code lead} and {@code overlap} are those of the classic API. */
    public static RefreshPolicy of(
            Account account, TokenKind kind, Duration lead, Duration overlap, Duration watchdog, int reserve) {
        return switch (Issuance.of(account, kind)) {
            case CLASSIC ->
                new RefreshPolicy(lead, overlap, watchdog, account.dailyBudget(), reserve, Issuance.CLASSIC);
            case STABLE ->
                new RefreshPolicy(
                        STABLE_LEAD, STABLE_RENEWS_WITHIN, watchdog, account.dailyBudget(), reserve, Issuance.STABLE);
            case TICKET ->
                new RefreshPolicy(
                        Duration.ZERO,
                        STABLE_RENEWS_WITHIN,
                        Duration.ZERO,
                        TICKET_BUDGET,
                        Math.min(reserve, TICKET_BUDGET / 2),
                        Issuance.TICKET);
        };
    }

    /** The token that was fetched by a request sent no earlier than {@code sentAt}, with a life that can be relied on. */
    Token token(Fetched fetched, Instant sentAt) {
        Long said = fetched.expiresIn();
        long life = said == null || said <= 0 ? ASSUMED_LIFE : Math.min(said, LONGEST_LIFE);
        return new Token(fetched.value(), sentAt, sentAt.plusSeconds(life));
    }

    /** The current token, which was handed out again to a request sent no earlier than {@code sentAt}. */
    Token again(Token current, Fetched fetched, Instant sentAt) {
        Token token = token(fetched, sentAt);
        return issuance == Issuance.TICKET ? token : new Token(token.value(), current.issuedAt(), token.expiresAt());
    }

    /** When a token committed now is to be refreshed. Jitter only ever makes it earlier. */
    Instant refreshAt(Token token, Instant now, double draw) {
        Duration life = Duration.between(token.issuedAt(), token.expiresAt());
        Duration third = life.dividedBy(3);
        Duration before =
                switch (issuance) {
                    case CLASSIC -> shorter(lead, third);
                    case STABLE -> life.compareTo(STABLE_RENEWS_WITHIN) < 0 ? third : lead;
                    case TICKET -> life.minus(shorter(TICKET_REFETCH, life.dividedBy(2)));
                };
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
            case RETRY_SOON, REPORT -> {
                Duration cap = Duration.ofSeconds(1L << Math.min(attempts - 1, 5));
                Instant at = now.plus(scale(shorter(cap, LONGEST_RETRY), draw));
                // What was not sent was given back to the budget, and so needs no pace.
                boolean paced = attempts > UNPACED_ATTEMPTS && e.outcome() != CallOutcome.NOT_SENT;
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

    /** The instant from which a fetch may be claimed. */
    Instant dueAt(TokenRecord record) {
        Token current = record.current();
        Doubt doubt = record.doubt();
        Failure failure = record.failure();
        Claim claim = record.claim();
        Instant at = later(current == null ? Instant.EPOCH : record.refreshAt(), scheduledFrom(record.budget()));
        if (doubt != null) {
            at = earlier(at, later(doubt.since(), replaceableFrom(doubt.level(), record)));
        }
        PendingOrder pendingOrder = record.pendingOrder();
        boolean sparing = pendingOrder == null || !pendingOrder.revokes();
        if (pendingOrder != null) {
            at = earlier(at, later(pendingOrder.since(), orderableFrom(record, sparing)));
        }
        if (current != null && doubt != null && doubt.level() == Level.UNSURE && sparing) {
            // WeChat keeps two tokens: where one was minted already, the next would end this one at once.
            at = later(at, earlier(doubt.since().plus(overlap), current.expiresAt()));
        }
        at = later(at, record.committedAt().plus(MIN_GAP));
        if (failure != null) {
            at = later(at, failure.retryAt());
        }
        return claim == null ? at : later(at, claim.until());
    }

    /** Whether a fetch for this reason ends the token that was issued before it. */
    public boolean supersedes(Trigger trigger) {
        return issuance.supersedes(trigger);
    }

    /** Whether WeChat may hand out the same token again. */
    boolean repeats() {
        return issuance != Issuance.CLASSIC;
    }

    /** Whether WeChat issues another token before its time only if it is forced to. */
    boolean forces() {
        return issuance == Issuance.STABLE;
    }

    /** Whether WeChat can be asked if it accepts a token. */
    public boolean probes() {
        return issuance != Issuance.TICKET;
    }

    /** From when WeChat allows another forced refresh. */
    static Instant forceableFrom(Forcing forcing) {
        Instant from = forcing.last().plus(FORCED_GAP);
        return forcing.spent().spent() < FORCED_A_DAY
                ? from
                : later(from, forcing.spent().end());
    }

    /**
     * From when an order may be carried out: it leaves the reserve, and if it spares what callers have, it leaves the token
     * before the current one its overlap, too.
     */
    private Instant orderableFrom(TokenRecord record, boolean sparing) {
        Instant from = unplannedFrom(record.budget(), record.committedAt());
        Token previous = record.previous();
        if (sparing && previous != null && probes()) {
            from = later(from, previous.expiresAt());
        }
        if (!forces()) {
            return from;
        }
        Budget forced = record.forcing().spent();
        return later(from, forced.spent() < ORDERED_A_DAY ? forceableFrom(record.forcing()) : forced.end());
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

    /** From when a token that is doubted may be replaced. */
    Instant replaceableFrom(Level level, TokenRecord record) {
        Instant from = unplannedFrom(record.budget(), record.committedAt());
        return switch (level) {
            // Nobody knows that it is dead, and two mints within one overlap would end it for sure.
            case SUSPECT ->
                supersedes(Trigger.REPORT) ? later(from, record.committedAt().plus(overlap)) : from;
            case UNSURE -> scheduledFrom(record.budget());
            case DEAD -> record.forcing().needed() ? later(from, forceableFrom(record.forcing())) : from;
        };
    }

    /** The distance at which attempts can go on until midnight and leave {@code floor} of the budget. */
    private Duration pace(Budget budget, int floor, Instant now) {
        int left = dailyBudget - floor - budget.spentOn(now);
        Duration day = Duration.between(now, Budget.endOfDay(now));
        return left > 0 ? day.dividedBy(left) : day;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration scale(Duration duration, double draw) {
        return Duration.ofMillis((long) (duration.toMillis() * draw));
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
