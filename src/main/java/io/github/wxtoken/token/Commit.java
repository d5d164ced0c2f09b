package io.github.wxtoken.token;

import static io.github.wxtoken.token.Instants.later;

import io.github.wxtoken.token.Doubt.Level;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Computes the next record after a fetch returned a token. A pure function.
 *
 * @param before the record, in which {@code mine} is the current claim
 * @param mine the claim of the fetch
 * @param now the store's time
 * @param draw the random number for the jitter, from 0 (inclusive) to 1 (exclusive)
 */
record Commit(TokenRecord before, Claim mine, Instant now, RefreshPolicy policy, double draw) {

    /** Makes a new token the current one. */
    TokenRecord issued(Token token) {
        ServingTerms old = ServingTerms.of(before, policy);
        RecordBuilder next = new RecordBuilder(before);
        next.version = Math.max(before.version() + 1, now.toEpochMilli());
        next.current = token;
        next.previous = old == null || !old.end().isAfter(now)
                ? null
                : new Token(old.token().value(), old.token().issuedAt(), old.end());
        next.committedAt = now;
        next.refreshAt = policy.refreshAt(token, now, draw);
        next.claim = null;
        next.doubt = doubt();
        next.orphans = 0;
        next.forcing = before.forcing().needed(false);
        next.failure = null;
        next.verifiedAt = null;
        next.pendingOrder = PendingOrder.afterOne(before.pendingOrder());
        next.refreshedBy = mine.owner();
        return next.record();
    }

    private @Nullable Doubt doubt() {
        Doubt doubt = before.doubt();
        // A doubt that arose during the fetch applies to the fetched token too.
        Doubt arisen = doubt != null && doubt.fence() >= mine.fence()
                ? new Doubt(
                        Level.UNSURE, mine.since(), later(doubt.last(), mine.since()), doubt.fence(), doubt.trigger())
                : null;
        int others = before.orphans() + (now.isBefore(mine.until()) ? 0 : 1);
        if (others > 0 && policy.supersedes(mine.trigger())) {
            // Another claim expired, or this one did and the store may have lost one taken since. WeChat may receive
            // that request after this one. One such request leaves this token the overlap, two leave it nothing.
            Instant since = others == 1 ? mine.since() : mine.since().minus(policy.overlap());
            Instant last = mine.since().plus(policy.overlap());
            return new Doubt(Level.UNSURE, since, last, mine.fence(), Trigger.SCHEDULED).on(arisen);
        }
        // An earlier request that can still reach WeChat may supersede this token too.
        return doubt != null && doubt.level() == Level.UNSURE && doubt.last().isAfter(now)
                ? new Doubt(Level.UNSURE, mine.since(), doubt.last(), mine.fence(), Trigger.SCHEDULED)
                : arisen;
    }

    /** Records that WeChat returned the current token again. For a ticket this is the only verification there is. */
    TokenRecord reissued(Token token) {
        RecordBuilder next = new RecordBuilder(before);
        Doubt doubt = before.doubt();
        next.current = token;
        next.refreshAt = later(policy.refreshAt(token, now, draw), now.plus(RefreshPolicy.ASK_AGAIN));
        next.claim = null;
        next.failure = null;
        if (before.is(Level.DEAD)) {
            next.forcing = before.forcing().needed(true);
        } else if (doubt != null && !doubt.since().isAfter(mine.since())) {
            // Only a probe can tell whether WeChat accepts the token; tickets have no probe.
            next.doubt =
                    before.is(Level.SUSPECT) && policy.probes() ? doubt.from(now.plus(RefreshPolicy.ASK_AGAIN)) : null;
        }
        if (!policy.probes()) {
            next.verifiedAt = mine.since();
            // Nothing can force WeChat to issue a new ticket.
            next.pendingOrder = null;
        }
        return next.record();
    }
}
