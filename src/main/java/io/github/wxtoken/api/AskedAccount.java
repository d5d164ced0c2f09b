package io.github.wxtoken.api;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Finds out which account a request is about: its {@code appid}, which may be left out where there is just one. */
@Component
final class AskedAccount {

    private static final String PARAMETER = "appid";

    private final Accounts accounts;

    AskedAccount(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * The AppID asked for.
     *
     * @throws Rejection if it is missing, unknown or given twice, or if there are other parameters
     */
    String appid(HttpServletRequest request) {
        Map<String, String[]> parameters = request.getParameterMap();
        String[] appids = parameters.get(PARAMETER);
        if (parameters.size() > (appids == null ? 0 : 1)) {
            // A misspelt appid must not be taken for one that was left out.
            throw new Rejection(HttpStatus.BAD_REQUEST, "Unknown query parameter: the only one there is is 'appid'.");
        }
        if (appids == null) {
            return theOnlyOne();
        }
        if (appids.length > 1) {
            throw new Rejection(HttpStatus.BAD_REQUEST, "The query parameter 'appid' may be given once only.");
        }
        if (appids[0].isBlank()) {
            throw new Rejection(HttpStatus.BAD_REQUEST, "The query parameter 'appid' is empty.");
        }
        return accounts.find(appids[0])
                .map(Account::appid)
                .orElseThrow(() -> new Rejection(
                        HttpStatus.NOT_FOUND, "No account has this appid. Check it letter by letter; case matters."));
    }

    private String theOnlyOne() {
        List<Account> all = accounts.all();
        if (all.size() > 1) {
            throw new Rejection(
                    HttpStatus.BAD_REQUEST,
                    "The query parameter 'appid' is needed, because this server keeps tokens of several accounts.");
        }
        return all.get(0).appid();
    }
}
