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
 * The shared state of one token and all rules of its life.
 *
 * <p>A record holds the current token and, during its overlap, the previous one. A {@link Doubt} makes the current
 * token due early. It is served while SUSPECT, until the overlap ends (then only after a recent probe) while UNSURE,
 * never while DEAD. Transitions are pure functions of a record, an event and the store's clock. They return a record:
 * <ul>
 *   <li>{@code claim} begins a due fetch: it raises the fence, charges the budget and orphans an expired claim.
 *   <li>{@code commit} makes the fetched token current and settles older doubts. {@code fail} schedules a retry; a lost
 *       response that may hide a mint makes the current token UNSURE.
 *   <li>{@code probed} raises or settles a doubt; {@code suspected} raises one without a probe.
 *   <li>{@code hastened} advances the planned refresh; {@code ordered} adds an operator's order.
 * </ul>
 * Invariants: at most one claim is valid, and only its holder commits. Versions and fences never decrease. An attempt
 * is charged before it is sent. Threads and replicas run transitions concurrently: {@link TokenStore#replace} lets one
 * win, the others reload and retry. A late result of a lost claim makes the newer token UNSURE if it may hide a mint.
 *
 * @param version the version that callers see: never decreases, unique per token
 * @param current the token to serve, or null before the first
 * @param previous the token before {@code current}, expiring when the overlap ends, or null if WeChat accepts none
 * @param committedAt when {@code current} was committed
 * @param refreshAt the planned refresh of {@code current}, with the jitter drawn at the commit
 * @param fence the number of the newest claim
 * @param claim the claim of the fetch in progress, possibly expired, or null
 * @param orphans how many claims expired without a result since the last commit; WeChat may still get their requests
 * @param forcing whether {@code current} needs a forced refresh, and the day's count of them
 * @param doubt why {@code current} must be replaced early, or null
 * @param failure the last failed fetch since the last commit, or null
 * @param budget the day's mint attempts
 * @param verifiedAt when a probe (of a ticket: a fetch) last found {@code current} alive, or null
 * @param contestedAt when a token was last found ended although this server had not replaced it, or null
 * @param pendingOrder an operator's order that is not complete, or null
 * @param refreshedBy the replica that fetched {@code current}, or null before the first
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

    /** The initial record, without a token. */
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

    /** Returns the earliest time at which a fetch may be claimed. */
    public Instant dueAt(RefreshPolicy policy) {
        return policy.dueAt(this);
    }

    /** Returns whether the budget delays a refresh for a report or the watchdog beyond an instant. */
    public boolean budgetHolds(Instant until, RefreshPolicy policy) {
        return policy.unplannedFrom(budget, committedAt).isAfter(until)
                && dueAt(policy).isAfter(until);
    }

    /** Claims the fetch and charges the attempt to the budget if a fetch is due. */
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

    /** Gives up an expired claim. Its owner may have minted, or may still mint when it resumes. */
    private TokenRecord orphaned(Claim left, Instant now) {
        RecordBuilder next = new RecordBuilder(this);
        next.claim = null;
        // An UNSURE token may already have been superseded by a late request; with this claim's there may be two.
        next.orphans = orphans + (is(Level.UNSURE) ? 2 : 1);
        next.doubt = unsure(left.since(), now, left.fence());
        return next.record();
    }

    /** Makes the token fetched under a claim the current one, unless the claim was taken over meanwhile. */
    public TokenRecord commit(Claim mine, Fetched fetched, Instant now, RefreshPolicy policy, double draw) {
        if (!holds(mine)) {
            // The current value may be this claim's own commit whose store response was lost.
            return policy.supersedes(mine.trigger()) && !isCurrent(fetched.value()) ? overtaken(mine, now) : this;
        }
        Commit commit = new Commit(this, mine, now, policy, draw);
        return current != null && isCurrent(fetched.value()) && policy.repeats()
                ? commit.reissued(policy.again(current, fetched, mine.since()))
                : commit.issued(policy.token(fetched, mine.since()));
    }

    /** Makes a reported token SUSPECT. Used if no probe can verify the report. */
    public TokenRecord suspected(long suspect, Instant now) {
        if (suspect != version || current == null || doubt != null) {
            return this;
        }
        RecordBuilder next = new RecordBuilder(this);
        next.doubt = new Doubt(Level.SUSPECT, now, Instant.EPOCH, 0, Trigger.REPORT);
        return next.record();
    }

    /** Makes a fetch due now if only a new token lasts that long and the overlap covers the rest of the current one. */
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

    /** Adds an operator's order. It also ends the wait after an earlier failure. */
    public TokenRecord ordered(int mints, Instant now) {
        RecordBuilder next = new RecordBuilder(this);
        next.pendingOrder = new PendingOrder(pendingOrder == null ? mints : Math.max(mints, pendingOrder.mints()), now);
        // An early retry does not help against WeChat's quota.
        if (failure != null && failure.advice() != Advice.QUOTA) {
            next.failure = failure.retriedFrom(now);
        }
        return next.record();
    }

    /** Records a failed fetch. A failure that certainly minted nothing does not shorten the current token's life. */
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
            // If that request was forced, the next unforced one returns its token.
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

    /** Records the verdict of a probe on a version. The probe was sent at {@code sentAt}, by the store's clock. */
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

    /** Returns whether a value is the current token's. */
    public boolean isCurrent(String value) {
        return current != null && current.value().equals(value);
    }

    public boolean isPrevious(String value) {
        return previous != null && previous.value().equals(value);
    }

    /** Returns whether a value is a current or previous token that WeChat accepts as far as this record shows. */
    public boolean mayBeUsed(String value, Instant now) {
        return (current != null && !is(Level.DEAD) && current.isUsable(value, now))
                || (previous != null && previous.isUsable(value, now));
    }

    /** Returns whether the current token may be usable, so that another mint could invalidate it. */
    public boolean hasUsable(Instant now) {
        return current != null && !is(Level.DEAD) && now.isBefore(current.expiresAt());
    }

    /** Returns when WeChat last issued the current token or was last found to accept it. */
    public Instant confirmedAt() {
        return verifiedAt == null ? committedAt : later(verifiedAt, committedAt);
    }

    /** Returns whether a fetch is in progress. */
    public boolean fetching(Instant now) {
        return claim != null && now.isBefore(claim.until());
    }

    /** Returns whether the current token is doubted at a level. */
    public boolean is(Level level) {
        return doubt != null && doubt.level() == level;
    }

    /** Returns whether only a forced refresh replaces the current token early. */
    public boolean mustForce() {
        return forcing.needed() && is(Level.DEAD);
    }

    /** Returns whether the next fetch should be forced, which ends the current token. */
    public boolean wantsForce(RefreshPolicy policy) {
        return mustForce() || (pendingOrder != null && policy.forces());
    }

    /** Returns whether a claim is the valid one. */
    public boolean holds(Claim mine) {
        return mine.equals(claim);
    }

    /** Makes the token UNSURE after a late result of a claim that was taken over: its mint may be the newest. */
    TokenRecord overtaken(Claim mine, Instant now) {
        Instant since = current == null ? mine.since() : later(mine.since(), current.issuedAt());
        // A second late result leaves the token no overlap.
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
