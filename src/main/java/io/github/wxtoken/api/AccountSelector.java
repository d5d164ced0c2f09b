package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.RejectionLog;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Selects the account of a request by the query parameter {@code appid}, which is optional if the caller can use only
 * one account. An account that the caller may not use is treated as unknown.
 */
@Component
public final class AccountSelector {

    static final String APPID = "appid";

    private static final String PLAIN = APPID + "=";

    private final Accounts accounts;
    private final RejectionLog rejections;

    /** The account of each caller that can use exactly one. */
    private final Map<Caller, Account> only = new HashMap<>();

    AccountSelector(Accounts accounts, Callers callers, RejectionLog rejections) {
        this.rejections = rejections;
        this.accounts = accounts;
        callers.requireAccounts(accounts.all().stream().map(Account::name).toList());
        for (Caller caller : callers.all()) {
            List<Account> usable = accounts.all().stream()
                    .filter(account -> caller.mayUse(account.name()))
                    .toList();
            if (usable.size() == 1) {
                only.put(caller, usable.get(0));
            }
        }
    }

    /** Returns whether a query string is absent or begins with a literal {@code appid=}; the rest is not checked. */
    static boolean isPlain(@Nullable String queryString) {
        return queryString == null || queryString.startsWith(PLAIN);
    }

    /** Returns the account for a plain query string, or null if the normal path would reject the request. */
    @Nullable
    Account plainly(@Nullable String queryString, Caller caller) {
        return queryString == null
                ? only.get(caller)
                : usable(queryString.substring(PLAIN.length()), caller).orElse(null);
    }

    /**
     * Returns the account of a request.
     *
     * @throws RejectedRequestException if there is none; an unknown AppID counts as a rejected call of the caller
     */
    Account of(Query query, Caller caller, String address) {
        String appid = query.get(APPID);
        if (appid == null) {
            Account account = only.get(caller);
            if (account == null) {
                throw RejectedRequestException.badRequest(
                        Message.of(AccountSelector.class, "account.ambiguous", APPID));
            }
            return account;
        }
        return find(appid, caller, address)
                .orElseThrow(() -> new RejectedRequestException(
                        HttpStatus.NOT_FOUND, Message.of(AccountSelector.class, "account.unknown", APPID)));
    }

    /** Returns the account of an AppID if the caller may use it; counts a rejected call otherwise. */
    Optional<Account> find(String appid, Caller caller, String address) {
        Optional<Account> found = usable(appid, caller);
        if (found.isEmpty()) {
            rejections.add(caller, "unknown account", address);
        }
        return found;
    }

    /** Returns the only account that a caller can use, or null if it can use several or none. */
    public @Nullable Account only(Caller caller) {
        return only.get(caller);
    }

    /** Returns the account of an AppID if the caller may use it. */
    public Optional<Account> usable(String appid, Caller caller) {
        return accounts.find(appid).filter(account -> caller.mayUse(account.name()));
    }
}
