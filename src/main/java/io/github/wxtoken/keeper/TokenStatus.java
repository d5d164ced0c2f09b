package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Budget;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a token stands at an instant, for rooms that show it to operators. It holds the token itself, so only parts of it
 * may be shown: fingerprints instead of values.
 *
 * @param account whose token
 * @param key which token
 * @param dailyBudget how many attempts to fetch it may be made in one Beijing day
 * @param record what is known about it
 * @param now the instant, by the clock that the record's times are of
 * @param nextRefresh the earliest instant of the next fetch
 * @param served what a caller is given now, or null for nothing
 * @param storeTrouble what keeps this replica from sharing the record, or null for nothing
 * @param waiting how many callers wait for it
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

    /** When the next Beijing day begins, and with it another budget. */
    public Instant budgetEnds() {
        return Budget.endOfDay(now);
    }
}
