package io.github.wxtoken.token;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The accounts whose tokens are kept, in the order of the configuration. Immutable. */
public final class Accounts {

    private final Map<String, Account> byAppid = new LinkedHashMap<>();

    /**
     * Creates it from accounts of different AppIDs.
     *
     * @throws IllegalArgumentException if two share an AppID
     */
    public Accounts(List<Account> accounts) {
        for (Account account : accounts) {
            if (byAppid.put(account.appid(), account) != null) {
                throw new IllegalArgumentException("two accounts share the AppID " + account.appid());
            }
        }
    }

    /** All of them. */
    public List<Account> all() {
        return List.copyOf(byAppid.values());
    }

    /** The account of an AppID. */
    public Optional<Account> find(String appid) {
        return Optional.ofNullable(byAppid.get(appid));
    }
}
