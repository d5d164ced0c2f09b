package io.github.wxtoken.keeper;

import io.github.wxtoken.support.Localized;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.Trigger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a caller gets no token, or not the one that it waits for.
 *
 * @param account the account of the token
 * @param seen the view of the token's record
 * @param now the store's time
 * @param policy the policy of the token
 * @param served whether a token is served that does not meet the caller's condition
 * @param trouble why this replica cannot use the store, or null
 * @param closed whether the server is shutting down
 */
record Unavailability(
        Account account,
        RecordView seen,
        Instant now,
        RefreshPolicy policy,
        boolean served,
        @Nullable StoreTrouble trouble,
        boolean closed) {

    /** Returns the exception for the caller. */
    TokenUnavailableException explained() {
        return TokenUnavailableException.because(
                why(), seen.wait(now), closed ? null : seen.record().failure(), account);
    }

    private Message why() {
        TokenRecord record = seen.record();
        Failure failure = record.failure();
        if (closed) {
            return message("closed");
        } else if (record.mustForce()) {
            return message("must_force", seen.dueAt());
        } else if (trouble != null && !served && policy.supersedes(Trigger.SCHEDULED)) {
            return message("store", (Localized) trouble::text);
        } else if (failure != null) {
            return message(served ? "failed.served" : "failed", failure.attempts(), failure.since(), failure.said());
        } else if (record.fetching(now)) {
            return message("fetching");
        } else if (record.budgetHolds(now, policy)) {
            return message("budget", seen.dueAt(), record.budget().spentOn(now), policy.dailyBudget());
        } else if (served) {
            return message("unverified");
        }
        return message(record.current() == null ? "none" : "expired", nextFetch());
    }

    private Message nextFetch() {
        if (seen.dueAt().isAfter(now)) {
            return message("next.later", seen.dueAt());
        }
        // Without an access_token, no ticket is fetched. This record does not show whether there is one.
        return message(policy.probes() ? "next.due" : "next.due_ticket");
    }

    private static Message message(String key, Object... arguments) {
        return Message.of(Unavailability.class, key, arguments);
    }
}
