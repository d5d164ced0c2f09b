package io.github.wxtoken.token;

import static io.github.wxtoken.token.Instants.later;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known and shared about one token, with all of the rules of its life.
 *
 * <p>The rules are transitions: pure functions of the record, an event and the store's clock, that return the next
 * record, or the same one where nothing changes. A store only has to compare and set, so memory and any shared store run
 * the very same rules.
 *
 * @param version the version that callers see: never falls, and no two tokens share one
 * @param current the token to serve, null before the first
 * @param previous the token before it, expiring when WeChat's overlap ends; null where WeChat takes none
 * @param committedAt when {@code current} was committed
 * @param refreshAt when {@code current} is planned to be refreshed; its jitter was drawn at the commit
 * @param fence the number of the newest claim
 * @param claim who is fetching, or null
 * @param orphans how many claims ran out without a word since the last commit; their requests may yet reach WeChat
 * @param forcing whether {@code current} has to be replaced by force, and how often that was done
 * @param doubt why {@code current} has to be replaced before its time, or null
 * @param failure the last failed refresh since the last commit, or null
 * @param budget the day's attempts to mint
 * @param verifiedAt when a probe last found {@code current} alive, or null
 * @param contestedAt when a token was last found superseded though nobody refreshed it here, or null
 * @param pendingOrder what an operator has ordered, until it is done, or null
 * @param refreshedBy which replica fetched {@code current}, or null before the first
 */
public record TokenRecord(
        long version,
        @Nullable Token current,
        @Nullable Token previous,
        Instant committedAt,
        Instant refreshAt,
        long fence,
        @Nullable Claim claim,
        int orphans,
        Forcing forcing,
        @Nullable Doubt doubt,
        @Nullable Failure failure,
        Budget budget,
        @Nullable Instant verifiedAt,
        @Nullable Instant contestedAt,
        @Nullable PendingOrder pendingOrder,
        @Nullable String refreshedBy) {

    /** The record of a token about which nothing is known yet. */
    public static final TokenRecord EMPTY = new TokenRecord(
            0,
            null,
            null,
            Instant.EPOCH,
            Instant.EPOCH,
            0,
            null,
            0,
            Forcing.NONE,
            null,
            null,
            Budget.UNTOUCHED,
            null,
            null,
            null,
            null);

    /** The instant from which a fetch may be claimed. */
    public Instant dueAt(RefreshPolicy policy) {
        return policy.dueAt(this);
    }

    /** Whether a refresh that a report or the watchdog wants has to wait beyond an instant so that the budget lasts. */
    public boolean budgetHolds(Instant until, RefreshPolicy policy) {
        return policy.unplannedFrom(budget, committedAt).isAfter(until)
                && dueAt(policy).isAfter(until);
    }

    /** Takes the claim to fetch, and counts the attempt, if a fetch is due. */
    public TokenRecord claim(String owner, Instant now, RefreshPolicy policy) {
        if (now.isBefore(dueAt(policy))) {
            return this;
        }
        if (claim != null && policy.supersedes(claim.trigger())) {
            TokenRecord left = orphaned(claim, now);
            if (now.isBefore(left.dueAt(policy))) {
                return left;
            }
            return left.claim(owner, now, policy);
        }
        RecordBuilder next = new RecordBuilder(this);
        boolean force = wantsForce(policy) && !now.isBefore(RefreshPolicy.forceableFrom(forcing));
        if (force) {
            next.forcing = forcing.begun(now);
        }
        Trigger trigger = force ? Trigger.FORCED : trigger();
        next.fence = fence + 1;
        next.claim = new Claim(owner, next.fence, now, now.plus(RefreshPolicy.CLAIM), trigger);
        next.budget = budget.spend(now);
        return next.record();
    }

    private Trigger trigger() {
        if (pendingOrder != null) {
            return Trigger.OPERATOR;
        }
        return doubt != null ? doubt.trigger() : current == null ? Trigger.BOOT : Trigger.SCHEDULED;
    }

    /** Gives up a claim that ran out: its owner went silent, and may have minted, or may yet mint when it wakes. */
    private TokenRecord orphaned(Claim left, Instant now) {
        RecordBuilder next = new RecordBuilder(this);
        next.claim = null;
        // A token that was in doubt already may have been superseded by one that came late; now there may be two.
        next.orphans = orphans + (is(Level.UNSURE) ? 2 : 1);
        next.doubt = unsure(left.since(), now, left.fence());
        return next.record();
    }

    /** Takes what WeChat issued under a claim as the current token, unless somebody else took over meanwhile. */
    public TokenRecord commit(Claim mine, Fetched fetched, Instant now, RefreshPolicy policy, double draw) {
        if (!holds(mine)) {
            // It may be this one's own commit that was written, though the store's answer was lost.
            return policy.supersedes(mine.trigger()) && !isCurrent(fetched.value()) ? overtaken(mine, now) : this;
        }
        Commit commit = new Commit(this, mine, now, policy, draw);
        return current != null && isCurrent(fetched.value()) && policy.repeats()
                ? commit.again(policy.again(current, fetched, mine.since()))
                : commit.of(policy.token(fetched, mine.since()));
    }

    /** Has a token replaced that a caller finds wrong, where nobody can be asked whether it is. */
    public TokenRecord suspected(long suspect, Instant now) {
        if (suspect != version || current == null || doubt != null) {
            return this;
        }
        RecordBuilder next = new RecordBuilder(this);
        next.doubt = new Doubt(Level.SUSPECT, now, Instant.EPOCH, 0, Trigger.REPORT);
        return next.record();
    }

    /**
     * Has the next token fetched now if it would last longer than some time and the current one does not. The overlap must
     * cover what is left of the current one, so that nobody who was given it is surprised.
     */
    public TokenRecord hastened(Duration lasting, Instant now, RefreshPolicy policy) {
        if (current == null || !refreshAt.isAfter(now) || current.expiresAt().isAfter(now.plus(lasting))) {
            return this;
        }
        boolean longer = current.issuedAt().plus(lasting).isBefore(current.expiresAt());
        boolean covered = !current.expiresAt().isAfter(now.plus(policy.overlap()));
        if (!longer || !covered || policy.unplannedFrom(budget, committedAt).isAfter(now)) {
            return this;
        }
        RecordBuilder next = new RecordBuilder(this);
        next.refreshAt = now;
        return next.record();
    }

    /** Notes what an operator orders, which is done at once: also where what failed before would have to wait. */
    public TokenRecord ordered(int mints, Instant now) {
        RecordBuilder next = new RecordBuilder(this);
        next.pendingOrder = new PendingOrder(pendingOrder == null ? mints : Math.max(mints, pendingOrder.mints()), now);
        // What WeChat has counted, asking again does not mend.
        if (failure != null && failure.advice() != Advice.QUOTA) {
            next.failure = failure.retriedFrom(now);
        }
        return next.record();
    }

    /** Notes that a claimed fetch gave no token. The life of the current one is not shortened by what surely failed. */
    public TokenRecord fail(Claim mine, TokenSourceException e, Instant now, RefreshPolicy policy, double draw) {
        boolean lost = e.outcome() == CallOutcome.UNKNOWN && policy.supersedes(mine.trigger());
        if (!holds(mine)) {
            return lost ? overtaken(mine, now) : this;
        }
        RecordBuilder next = new RecordBuilder(this);
        next.claim = null;
        if (e.outcome() == CallOutcome.NOT_SENT) {
            next.budget = budget.refund();
            next.forcing = mine.trigger() == Trigger.FORCED ? forcing.refunded() : forcing;
        }
        if (lost) {
            next.doubt = unsure(mine.since(), now, mine.fence());
            // Where that one was forced, the next usual call brings what it left.
            next.forcing = forcing.needed(false);
        }
        int attempts = failure == null ? 1 : failure.attempts() + 1;
        next.failure = new Failure(
                e.errcode(),
                e.text(),
                e.hint(),
                e.advice(),
                attempts,
                failure == null ? now : failure.since(),
                now,
                policy.retryAt(e, attempts, next.budget, now, draw));
        return next.record();
    }

    /**
     * Notes what a probe of a version found; {@code sentAt} is when the probe was sent, by the store's clock.
     *
     * <p>A token that is alive when the overlap of the last doubted mint is over was not superseded. One that was refused,
     * and is accepted again, may be served again: WeChat is known to refuse good tokens now and then.
     */
    public TokenRecord probed(long probed, Verdict verdict, Trigger trigger, Instant sentAt, RefreshPolicy policy) {
        if (probed != version || current == null) {
            return this;
        }
        RecordBuilder next = new RecordBuilder(this);
        if (verdict == Verdict.ALIVE) {
            next.verifiedAt = verifiedAt == null ? sentAt : later(verifiedAt, sentAt);
            next.doubt = doubt == null ? null : doubt.afterLook(sentAt, policy);
            next.forcing = forcing.needed(forcing.needed() && next.doubt != null);
        } else if (verdict.dead() && !is(Level.DEAD)) {
            if (verdict == Verdict.SUPERSEDED && !is(Level.UNSURE)) {
                next.contestedAt = sentAt;
            }
            next.doubt = new Doubt(Level.DEAD, sentAt, Instant.EPOCH, 0, trigger).on(doubt);
        } else if (doubt == null && trigger == Trigger.REPORT) {
            next.doubt = new Doubt(Level.SUSPECT, sentAt, Instant.EPOCH, 0, trigger);
        }
        return next.record();
    }

    /** Whether a value is the current token's. */
    public boolean isCurrent(String value) {
        return current != null && current.value().equals(value);
    }

    public boolean isPrevious(String value) {
        return previous != null && previous.value().equals(value);
    }

    /** Whether WeChat takes a value as this account's token, as far as is known. */
    public boolean mayBeUsed(String value, Instant now) {
        return (current != null && !is(Level.DEAD) && current.isUsable(value, now))
                || (previous != null && previous.isUsable(value, now));
    }

    /** Whether there is a token that may be usable, which another mint could end. */
    public boolean hasUsable(Instant now) {
        return current != null && !is(Level.DEAD) && now.isBefore(current.expiresAt());
    }

    /** When WeChat last handed the current token out, or was last found to accept it. */
    public Instant lookedAt() {
        return verifiedAt == null ? committedAt : later(verifiedAt, committedAt);
    }

    /** Whether somebody is fetching. */
    public boolean fetching(Instant now) {
        return claim != null && now.isBefore(claim.until());
    }

    /** Whether the current token is doubted at a level. */
    public boolean is(Level level) {
        return doubt != null && doubt.level() == level;
    }

    /** Whether nothing but a forced refresh replaces the current token before its time. */
    public boolean mustForce() {
        return forcing.needed() && is(Level.DEAD);
    }

    /** Whether the next fetch is to be a forced one, which ends the current token. */
    public boolean wantsForce(RefreshPolicy policy) {
        return mustForce() || (pendingOrder != null && policy.forces());
    }

    /** Whether a claim is the one that counts. */
    public boolean holds(Claim mine) {
        return mine.equals(claim);
    }

    /** Somebody else took over, but WeChat answered this one late: the newer token may be superseded by now. */
    TokenRecord overtaken(Claim mine, Instant now) {
        Instant since = current == null ? mine.since() : later(mine.since(), current.issuedAt());
        // The second one that comes late leaves it nothing.
        boolean second =
                doubt != null && doubt.level() == Level.UNSURE && !doubt.since().equals(since);
        RecordBuilder next = new RecordBuilder(this);
        next.doubt = unsure(second ? Instant.EPOCH : since, now, fence);
        return next.record();
    }

    private Doubt unsure(Instant since, Instant last, long asOf) {
        return new Doubt(Level.UNSURE, since, last, asOf, Trigger.SCHEDULED).on(doubt);
    }
}
