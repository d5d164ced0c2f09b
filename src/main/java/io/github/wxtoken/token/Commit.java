package io.github.wxtoken.token;

import static io.github.wxtoken.token.Instants.later;

import io.github.wxtoken.token.Doubt.Level;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a record by a fetch that brought a token. Pure.
 *
 * @param before the record, on which {@code mine} is the claim that counts
 * @param mine the claim under which it was fetched
 * @param now by the store's clock
 * @param draw for the jitter
 */
record Commit(TokenRecord before, Claim mine, Instant now, RefreshPolicy policy, double draw) {

    /** A new token is the current one now. */
    TokenRecord of(Token token) {
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
        // A doubt that arose while this was being fetched is about this token as well.
        Doubt arisen = doubt != null && doubt.fence() >= mine.fence()
                ? new Doubt(
                        Level.UNSURE, mine.since(), later(doubt.last(), mine.since()), doubt.fence(), doubt.trigger())
                : null;
        int others = before.orphans() + (now.isBefore(mine.until()) ? 0 : 1);
        if (others > 0 && policy.supersedes(mine.trigger())) {
            // A request under another claim may have come after this one, or may yet come: one that ran out, or one of
            // which the store has forgotten since this one did. That leaves this token the overlap; two leave it
            // nothing.
            Instant since = others == 1 ? mine.since() : mine.since().minus(policy.overlap());
            Instant last = mine.since().plus(policy.overlap());
            return new Doubt(Level.UNSURE, since, last, mine.fence(), Trigger.SCHEDULED).on(arisen);
        }
        // What may yet come, as was known before, may come after this one, too.
        return doubt != null && doubt.level() == Level.UNSURE && doubt.last().isAfter(now)
                ? new Doubt(Level.UNSURE, mine.since(), doubt.last(), mine.fence(), Trigger.SCHEDULED)
                : arisen;
    }

    /** WeChat handed out the current token again, which for a ticket is all that can be known of it. */
    TokenRecord again(Token token) {
        RecordBuilder next = new RecordBuilder(before);
        Doubt doubt = before.doubt();
        next.current = token;
        next.refreshAt = later(policy.refreshAt(token, now, draw), now.plus(RefreshPolicy.ASK_AGAIN));
        next.claim = null;
        next.failure = null;
        if (before.is(Level.DEAD)) {
            next.forcing = before.forcing().needed(true);
        } else if (doubt != null && !doubt.since().isAfter(mine.since())) {
            // Whether it is accepted is for a probe to say, where there is one.
            next.doubt =
                    before.is(Level.SUSPECT) && policy.probes() ? doubt.from(now.plus(RefreshPolicy.ASK_AGAIN)) : null;
        }
        if (!policy.probes()) {
            next.verifiedAt = mine.since();
            // Nothing forces WeChat to make another ticket.
            next.pendingOrder = null;
        }
        return next.record();
    }
}
