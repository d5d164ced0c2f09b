package io.github.wxtoken.token;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The accounts whose tokens are kept, in the order of the configuration. Immutable. */
public final class Accounts {

    private final List<Account> all;
    private final Map<String, Account> byAppid = new HashMap<>();

    /**
     * Creates it from accounts of different AppIDs.
     *
     * @throws IllegalArgumentException if two share an AppID
     */
    public Accounts(List<Account> accounts) {
        this.all = List.copyOf(accounts);
        for (Account account : all) {
            if (byAppid.put(account.appid(), account) != null) {
                throw new IllegalArgumentException("two accounts share the AppID " + account.appid());
            }
        }
    }

    /** All of them. */
    public List<Account> all() {
        return all;
    }

    /** The account of an AppID. */
    public Optional<Account> find(String appid) {
        return Optional.ofNullable(byAppid.get(appid));
    }
}
