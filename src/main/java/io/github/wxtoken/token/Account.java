package io.github.wxtoken.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A WeChat account whose tokens are kept: an Official Account or a Mini Program.
 *
 * @param name the operator's name for it, as in {@code wxtoken.accounts.<name>}; it shows in logs, metrics and health
 * @param appid WeChat's AppID
 * @param api by which its access_token is fetched
 * @param tickets the tickets that are kept beside it
 * @param dailyBudget how many attempts to fetch an access_token may be made in one Beijing day
 */
public record Account(String name, String appid, Api api, Set<TokenKind> tickets, int dailyBudget) {

    public Account {
        tickets = Set.copyOf(tickets);
    }

    /** The keys of all that is kept for it, its access_token first. */
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
