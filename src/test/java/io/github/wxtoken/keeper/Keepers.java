package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenStore;
import java.time.Duration;
import java.util.List;

/** Creates keepers for tests, with the default policy and no jitter. */
public final class Keepers {

    private Keepers() {}

    /** Creates a keeper with a store in memory. */
    public static TokenKeeper of(
            List<Account> accounts, ManualScheduler time, TokenSource source, TokenListener... listeners) {
        return of(new MemoryTokenStore(time), "me", accounts, time, source, listeners);
    }

    /** Creates the keeper of a replica with this name. */
    static TokenKeeper of(
            TokenStore store,
            String owner,
            List<Account> accounts,
            ManualScheduler time,
            TokenSource source,
            TokenListener... listeners) {
        return new TokenKeeper(
                new Accounts(accounts),
                store,
                source,
                new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ofMinutes(1)),
                time,
                time,
                () -> 0,
                owner,
                List.of(listeners));
    }
}
