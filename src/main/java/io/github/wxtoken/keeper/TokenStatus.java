package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Budget;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The status of a token at an instant. It contains the token itself, so packages that show it to operators must show
 * the fingerprint instead of the value.
 *
 * @param account the account of the token
 * @param key the key of the token
 * @param dailyBudget the number of fetch attempts allowed per day, Beijing time
 * @param record the token's record
 * @param now the instant, by the clock of the record's times
 * @param nextRefresh the earliest time of the next fetch
 * @param served the token that a caller gets now, or null if none is usable
 * @param storeTrouble the problem that keeps this replica from sharing the record, or null
 * @param waiting the number of callers that wait for it
 */
public record TokenStatus(
        Account account,
        TokenKey key,
        int dailyBudget,
        TokenRecord record,
        Instant now,
        Instant nextRefresh,
        @Nullable ServedToken served,
        @Nullable StoreTrouble storeTrouble,
        int waiting) {

    /** Returns when the budget resets: at the next midnight, Beijing time. */
    public Instant budgetEnds() {
        return Budget.endOfDay(now);
    }
}
