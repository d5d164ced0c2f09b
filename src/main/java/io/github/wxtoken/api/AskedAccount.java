package io.github.wxtoken.api;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * The choice of an account by the query of a request: by its {@code appid}, which may be left out where the caller can use
 * one account only. An account that is not this caller's is answered like one that does not exist.
 */
@Component
final class AskedAccount {

    private static final String APPID = "appid";

    private final Accounts accounts;

    /** The only account of each caller who has but one. */
    private final Map<Caller, Account> only = new HashMap<>();

    AskedAccount(Accounts accounts, Callers callers) {
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

    /** The account that a request is about. */
    Account of(HttpServletRequest request, Caller caller) {
        Map<String, String[]> query = query(request);
        if (!Set.of(APPID).containsAll(query.keySet())) {
            throw Rejection.badRequest("The only query parameter known here is appid.");
        }
        String[] appids = query.get(APPID);
        if (appids == null) {
            Account account = only.get(caller);
            if (account == null) {
                throw Rejection.badRequest(
                        "Several accounts, or none, are this caller's: the query parameter appid is needed.");
            }
            return account;
        }
        if (appids.length != 1 || appids[0].isBlank()) {
            throw Rejection.badRequest("The query parameter appid must be given once, and not be blank.");
        }
        return accounts.find(appids[0])
                .filter(account -> caller.mayUse(account.name()))
                .orElseThrow(() -> new Rejection(HttpStatus.NOT_FOUND, "There is no account of this appid."));
    }

    private static Map<String, String[]> query(HttpServletRequest request) {
        try {
            return request.getParameterMap();
        } catch (IllegalStateException e) {
            // How Tomcat says that it cannot decode them.
            throw Rejection.badRequest("The query string is malformed.");
        }
    }
}
