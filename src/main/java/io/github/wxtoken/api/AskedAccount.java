package io.github.wxtoken.api;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.TokenKey;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The choice of an account by the query of a request: by its {@code appid}, which may be left out where it is clear. */
@Component
final class AskedAccount {

    private static final String APPID = "appid";

    private final Accounts accounts;
    private final @Nullable TokenKey only;

    AskedAccount(Accounts accounts) {
        this.accounts = accounts;
        List<Account> all = accounts.all();
        this.only = all.size() == 1 ? TokenKey.accessToken(all.get(0).appid()) : null;
    }

    /** The access token that a request is about. */
    TokenKey key(HttpServletRequest request) {
        Map<String, String[]> query = query(request);
        if (!Set.of(APPID).containsAll(query.keySet())) {
            throw Rejection.badRequest("The only query parameter known here is appid.");
        }
        String[] appids = query.get(APPID);
        if (appids == null) {
            if (only == null) {
                throw Rejection.badRequest("There are several accounts: the query parameter appid is needed.");
            }
            return only;
        }
        if (appids.length != 1 || appids[0].isBlank()) {
            throw Rejection.badRequest("The query parameter appid must be given once, and not be blank.");
        }
        return accounts.find(appids[0])
                .map(account -> TokenKey.accessToken(account.appid()))
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
