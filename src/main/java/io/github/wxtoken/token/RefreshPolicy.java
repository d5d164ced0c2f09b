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
 * The timing rules of one token: when the next fetch is due, retry delays, jitter and budget limits. All methods are
 * pure: randomness comes in as a draw from 0 (inclusive) to 1 (exclusive).
 *
 * @param lead how long before its expiry a token is refreshed, at most a third of its life
 * @param overlap how long WeChat accepts the old token after a refresh
 * @param watchdog the interval between probes of the current token; zero for never
 * @param dailyBudget the number of mint attempts allowed per day, Beijing time
 * @param reserve the part of the budget that reports and the watchdog must not use
 * @param issuance how WeChat issues the token
 */
public record RefreshPolicy(
        Duration lead, Duration overlap, Duration watchdog, int dailyBudget, int reserve, Issuance issuance) {

    /** The minimum time between a successful fetch and the next one, without exceptions. */
    public static final Duration MIN_GAP = Duration.ofSeconds(5);

    /** The maximum time a caller waits for a token, except in a long poll. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(3);

    /** The duration of a claim. */
    public static final Duration CLAIM = Duration.ofSeconds(30);

    /** The maximum age of a claim when its request is sent; the rest of the claim is left for the response. */
    public static final Duration SEND_WITHIN = Duration.ofSeconds(15);

    /** How long a call may take. A request that was sent as late as possible still ends before its claim does. */
    public static final Duration LONGEST_CALL = CLAIM.minus(SEND_WITHIN).minusSeconds(1);

    /** How long a token in doubt is served after a successful probe; the next probe is sent earlier. */
    static final Duration PROBE_HOLDS = Duration.ofSeconds(10);

    /** The interval between the watchdog's probes of a token in doubt. WeChat may reject a valid token for seconds. */
    public static final Duration NEXT_PROBE = Duration.ofSeconds(6);

    /** The minimum time between the sending of two probes of one token, however many callers report it. */
    public static final Duration PROBE_GAP = Duration.ofSeconds(1);

    /** The delay before the next fetch when WeChat returned the same token although a new one was due. */
    static final Duration ASK_AGAIN = Duration.ofSeconds(30);

    /**
     * The lead for the stable API, which issues the next token only in the last five minutes. A fetch falls within them
     * even with the jitter and the slowest call. Clients always get more than 200 s: with less, some ask on every call.
     */
    private static final Duration STABLE_LEAD = Duration.ofSeconds(260);

    private static final Duration STABLE_RENEWS_WITHIN = Duration.ofMinutes(5);

    /** The fetch interval of tickets. It is well below their life because WeChat does not report how much is left. */
    private static final Duration TICKET_REFETCH = Duration.ofHours(1);

    /** WeChat's daily limit of forced refreshes. */
    private static final int FORCED_A_DAY = 20;

    /** WeChat's minimum time between forced refreshes. */
    private static final Duration FORCED_GAP = Duration.ofSeconds(30);

    /** The forced refreshes that operators may use; the rest is kept for dead tokens. */
    private static final int ORDERED_A_DAY = FORCED_A_DAY - 4;

    /** The daily budget of a ticket: hourly fetches take 24, and WeChat's limit is not published. */
    private static final int TICKET_BUDGET = 1000;

    /** WeChat's documented maximum of {@code expires_in}, in seconds ("a value within 7200"). */
    private static final long LONGEST_LIFE = 7200;

    /** The assumed life, in seconds, of a token without a usable {@code expires_in}. */
    private static final long ASSUMED_LIFE = 300;

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final Duration OPERATOR_RETRY = Duration.ofMinutes(5);
    private static final Duration QUOTA_RETRY = Duration.ofHours(1);

    /** After this many consecutive failures, attempts are paced to make the day's remaining budget last. */
    private static final int UNPACED_ATTEMPTS = 20;

    /** Returns the policy for one of an account's tokens; {@code lead} and {@code overlap} are the classic API's. */
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

    /** Returns a fetched token with a reliable life. Its request was sent at or after {@code sentAt}. */
    Token token(Fetched fetched, Instant sentAt) {
        Long said = fetched.expiresIn();
        long life = said == null || said <= 0 ? ASSUMED_LIFE : Math.min(said, LONGEST_LIFE);
        return new Token(fetched.value(), sentAt, sentAt.plusSeconds(life));
    }

    /** Returns the current token with its new life, after a request sent at or after {@code sentAt} returned it. */
    Token again(Token current, Fetched fetched, Instant sentAt) {
        Token token = token(fetched, sentAt);
        return issuance == Issuance.TICKET ? token : new Token(token.value(), current.issuedAt(), token.expiresAt());
    }

    /** Returns the planned refresh time of a token committed now. Jitter only makes it earlier. */
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
     * Returns the time of the next attempt after the {@code attempts}th consecutive failure. The exception's {@code
     * retryAfter}, clamped to between one second and one day, applies unless the advice is to retry soon.
     */
    Instant retryAt(TokenSourceException e, int attempts, Budget budget, Instant now, double draw) {
        Duration asked = clamp(e.retryAfter());
        return switch (e.advice()) {
            case RETRY_SOON, REPORT -> {
                Duration cap = Duration.ofSeconds(1L << Math.min(attempts - 1, 5));
                Instant at = now.plus(scale(shorter(cap, LONGEST_RETRY), draw));
                // An unsent attempt was refunded to the budget, so it needs no pacing.
                boolean paced = attempts > UNPACED_ATTEMPTS && e.outcome() != CallOutcome.NOT_SENT;
                yield paced ? later(at, now.plus(pace(budget, 0, now))) : at;
            }
            case BACK_OFF, OPERATOR -> now.plus(asked == null ? OPERATOR_RETRY : asked);
            case QUOTA -> {
                Instant at = now.plus(asked == null ? QUOTA_RETRY : asked);
                // WeChat may reset the quota at midnight. The draw avoids a burst of all accounts in the first second.
                Instant midnight = Budget.endOfDay(now).plus(scale(Duration.ofMinutes(1), draw));
                yield at.isAfter(midnight) ? midnight : at;
            }
        };
    }

    /** Returns the earliest time at which a fetch may be claimed. */
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
            // WeChat keeps two tokens: if an unknown mint happened, another one would end this token at once.
            at = later(at, earlier(doubt.since().plus(overlap), current.expiresAt()));
        }
        at = later(at, record.committedAt().plus(MIN_GAP));
        if (failure != null) {
            at = later(at, failure.retryAt());
        }
        return claim == null ? at : later(at, claim.until());
    }

    /** Returns whether a fetch for this reason ends the previously issued token. */
    public boolean supersedes(Trigger trigger) {
        return issuance.supersedes(trigger);
    }

    /** Returns whether WeChat may return the same token again. */
    boolean repeats() {
        return issuance != Issuance.CLASSIC;
    }

    /** Returns whether only a forced refresh makes WeChat issue a new token early. */
    boolean forces() {
        return issuance == Issuance.STABLE;
    }

    /** Returns whether this kind of token can be probed. */
    public boolean probes() {
        return issuance != Issuance.TICKET;
    }

    /** Returns the earliest time at which WeChat allows another forced refresh. */
    static Instant forceableFrom(Forcing forcing) {
        Instant from = forcing.last().plus(FORCED_GAP);
        return forcing.spent().spent() < FORCED_A_DAY
                ? from
                : later(from, forcing.spent().end());
    }

    /**
     * Returns the earliest time to carry out an order. An order does not use the reserve. A sparing order also waits
     * until the previous token's overlap ends, so that it does not invalidate tokens that callers hold.
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

    /** Returns the earliest time at which the budget allows a scheduled refresh. */
    Instant scheduledFrom(Budget budget) {
        return budget.spent() < dailyBudget ? Instant.EPOCH : budget.end();
    }

    /**
     * Returns the earliest time at which the budget allows a refresh requested by a report or the watchdog. Such
     * refreshes do not use the reserve. Once a tenth of the budget is spent (a quiet day takes a hundredth), they are
     * spread over the day. A conflict with another minting server thus costs freshness but never the day's budget.
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

    /** Returns the earliest time at which a doubted token may be replaced. */
    Instant replaceableFrom(Level level, TokenRecord record) {
        Instant from = unplannedFrom(record.budget(), record.committedAt());
        return switch (level) {
            // The token may be alive, and two mints within one overlap would certainly end it.
            case SUSPECT ->
                supersedes(Trigger.REPORT) ? later(from, record.committedAt().plus(overlap)) : from;
            case UNSURE -> scheduledFrom(record.budget());
            case DEAD -> record.forcing().needed() ? later(from, forceableFrom(record.forcing())) : from;
        };
    }

    /** Returns the interval at which attempts can continue until midnight and leave {@code floor} of the budget. */
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
