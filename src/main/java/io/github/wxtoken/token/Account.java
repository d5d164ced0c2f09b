package io.github.wxtoken.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A WeChat account whose tokens this server manages: an Official Account or a Mini Program.
 *
 * @param name the operator's name for it, as in {@code wxtoken.accounts.<name>}; shown in logs, metrics and health
 * @param appid WeChat's AppID
 * @param api the API that issues its access_token
 * @param tickets the tickets managed in addition to the access_token
 * @param dailyBudget the maximum number of access_token fetch attempts per day, Beijing time
 */
public record Account(String name, String appid, Api api, Set<TokenKind> tickets, int dailyBudget) {

    public Account {
        tickets = Set.copyOf(tickets);
    }

    /** Returns the keys of all managed credentials, the access_token first. */
    public List<TokenKey> keys() {
        List<TokenKey> keys = new ArrayList<>();
        for (TokenKind kind : TokenKind.values()) {
            if (!kind.isTicket() || tickets.contains(kind)) {
                keys.add(new TokenKey(appid, kind));
            }
        }
        return keys;
    }
}
