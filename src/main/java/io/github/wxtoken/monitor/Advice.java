package io.github.wxtoken.monitor;

import io.github.wxtoken.token.Account;

/** What operators are told to do, in the log and in health alike. */
final class Advice {

    private static final String CONTESTED_CLASSIC =
            "Somebody else fetches tokens with this account's AppSecret, and each of theirs ends"
                    + " ours. Find that server and stop it, let it ask this one instead, or let it use WeChat's"
                    + " /cgi-bin/stable_token, which leaves the classic tokens alone.";

    private static final String CONTESTED_STABLE =
            "Somebody else forced a refresh of this account's stable token, which ended ours, or WeChat did. Find the"
                    + " server that has the AppSecret too and calls /cgi-bin/stable_token with force_refresh, and stop it;"
                    + " reset the AppSecret if it cannot be found.";

    private Advice() {}

    /** Where somebody else has superseded an account's token. */
    static String contested(Account account) {
        return switch (account.api()) {
            case CLASSIC -> CONTESTED_CLASSIC;
            case STABLE -> CONTESTED_STABLE;
        };
    }
}
