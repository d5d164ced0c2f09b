package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.TokenRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That there is no token for a caller, or not the one that he waits for, and why.
 *
 * @param seen what is known of the token
 * @param now by the store's clock
 * @param served whether there is one all the same, which is not good enough for him
 * @param trouble what keeps this replica from the store, or null
 * @param closed whether the server is shutting down
 */
record Unavailability(
        RecordView seen,
        Instant now,
        RefreshPolicy policy,
        boolean served,
        @Nullable StoreTrouble trouble,
        boolean closed) {

    /** What a caller is told. */
    TokenUnavailableException explained() {
        return TokenUnavailableException.because(
                why(), seen.wait(now), closed ? null : seen.record().failure());
    }

    private String why() {
        TokenRecord record = seen.record();
        Failure failure = record.failure();
        if (closed) {
            return "The server is shutting down.";
        } else if (record.mustForce()) {
            return "WeChat hands out a token that it refuses. It can be forced to replace it 20 times a day, and 30"
                    + " seconds apart: not before " + seen.dueAt() + ".";
        } else if (trouble != null && !served) {
            return "No usable token, and none is fetched without the store that replicas share: " + trouble.text();
        } else if (failure != null) {
            return (served ? "The token could not be replaced" : "No usable token") + "; fetching one has failed "
                    + failure.attempts() + " time(s) since " + failure.since() + ": " + failure.said();
        } else if (record.fetching(now)) {
            return "A token is being fetched, but WeChat has not answered yet.";
        } else if (record.budgetHolds(now, policy)) {
            return "No usable token, and the daily budget allows no fetch before " + seen.dueAt() + ": "
                    + record.budget().spentOn(now) + " of " + policy.dailyBudget() + " attempts are spent.";
        } else if (served) {
            return "WeChat could not be asked whether it accepts the token, which is not replaced untested so soon.";
        } else if (record.current() != null) {
            return "The last token has ended, and the next one is fetched within seconds.";
        }
        return "No token has been fetched yet.";
    }
}
