package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.RejectionLog;
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
 * The choice of an account by the query of a request: by its {@code appid}, which may be left out where the caller can use
 * one account only. An account that is not this caller's is answered like one that does not exist.
 */
@Component
final class AccountSelector {

    static final String APPID = "appid";

    private static final String PLAIN = APPID + "=";

    private final Accounts accounts;
    private final RejectionLog refusals;

    /** The only account of each caller who has but one. */
    private final Map<Caller, Account> only = new HashMap<>();

    AccountSelector(Accounts accounts, Callers callers, RejectionLog refusals) {
        this.refusals = refusals;
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

    /** Whether a query string says {@code appid=}, in plain text, or nothing; what comes after it may be anything. */
    static boolean isPlain(@Nullable String queryString) {
        return queryString == null || queryString.startsWith(PLAIN);
    }

    /** The account that a request with a plain query string is about; null where it would be refused. */
    @Nullable
    Account plainly(@Nullable String queryString, Caller caller) {
        return queryString == null
                ? only.get(caller)
                : usable(queryString.substring(PLAIN.length()), caller).orElse(null);
    }

    /** The account that a request is about; a refusal counts as the caller's. */
    Account of(Query query, Caller caller, String address) {
        String appid = query.get(APPID);
        if (appid == null) {
            Account account = only.get(caller);
            if (account == null) {
                throw RejectedRequestException.badRequest(
                        "Several accounts, or none, are this caller's: the query parameter appid is needed.");
            }
            return account;
        }
        return find(appid, caller, address)
                .orElseThrow(
                        () -> new RejectedRequestException(HttpStatus.NOT_FOUND, "There is no account of this appid."));
    }

    /** The account of an AppID, if it is this caller's; a refusal counts as the caller's. */
    Optional<Account> find(String appid, Caller caller, String address) {
        Optional<Account> found = usable(appid, caller);
        if (found.isEmpty()) {
            refusals.add(caller, "unknown account", address);
        }
        return found;
    }

    private Optional<Account> usable(String appid, Caller caller) {
        return accounts.find(appid).filter(account -> caller.mayUse(account.name()));
    }
}
