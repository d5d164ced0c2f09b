package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.Trigger;
import java.time.Instant;
import java.util.Locale;
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

    private String why() {
        TokenRecord record = seen.record();
        Failure failure = record.failure();
        if (closed) {
            return "The server is shutting down.";
        } else if (record.mustForce()) {
            return "WeChat returns a token that it rejects. It allows a forced refresh 20 times a day and 30 seconds"
                    + " apart: not before " + seen.dueAt() + ".";
        } else if (trouble != null && !served && policy.supersedes(Trigger.SCHEDULED)) {
            return "No usable token, and none can be fetched without the shared store: " + trouble.text(Locale.ENGLISH);
        } else if (failure != null) {
            return (served ? "The token could not be replaced" : "No usable token") + "; fetching one has failed "
                    + failure.attempts() + " time(s) since " + failure.since() + ": " + failure.said();
        } else if (record.fetching(now)) {
            return "A token is being fetched, but WeChat has not answered yet.";
        } else if (record.budgetHolds(now, policy)) {
            return "No usable token, and the daily budget allows no fetch before " + seen.dueAt() + ": "
                    + record.budget().spentOn(now) + " of " + policy.dailyBudget() + " attempts are spent.";
        } else if (served) {
            return "WeChat could not be asked whether it accepts the token; it is too early to replace it unverified.";
        }
        return (record.current() == null ? "No token has been fetched yet" : "The last token is no longer usable")
                + "; " + nextFetch() + ".";
    }

    private String nextFetch() {
        if (seen.dueAt().isAfter(now)) {
            return "the next fetch is not before " + seen.dueAt();
        }
        // Without an access_token, no ticket is fetched. This record does not show whether there is one.
        return policy.probes()
                ? "the next fetch is due"
                : "the next fetch is due and needs a usable access_token of the account";
    }
}
