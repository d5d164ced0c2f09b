package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenSource;
import java.time.Duration;
import java.util.List;

/** Creates keepers for tests, with the default policy, an in-memory store and no jitter. */
public final class Keepers {

    private Keepers() {}

    public static TokenKeeper of(
            List<Account> accounts, ManualScheduler time, TokenSource source, TokenListener... listeners) {
        return new TokenKeeper(
                new Accounts(accounts),
                new MemoryTokenStore(time),
                source,
                new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ofMinutes(1)),
                time,
                time,
                () -> 0,
                "me",
                List.of(listeners));
    }
}
