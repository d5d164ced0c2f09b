package io.github.wxtoken.token;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The configured accounts, in the order of the configuration. Immutable. */
public final class Accounts {

    private final List<Account> all;
    private final Map<String, Account> byAppid = new HashMap<>();

    /**
     * Creates the collection from accounts with distinct AppIDs.
     *
     * @throws IllegalArgumentException if two accounts share an AppID
     */
    public Accounts(List<Account> accounts) {
        this.all = List.copyOf(accounts);
        for (Account account : all) {
            if (byAppid.put(account.appid(), account) != null) {
                throw new IllegalArgumentException("two accounts share the AppID " + account.appid());
            }
        }
    }

    /** Returns all accounts. */
    public List<Account> all() {
        return all;
    }

    /** Finds the account with an AppID. */
    public Optional<Account> find(String appid) {
        return Optional.ofNullable(byAppid.get(appid));
    }
}
