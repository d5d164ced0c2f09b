package io.github.wxtoken.monitor;

/** What operators are told to do, in the log and in health alike. */
final class Advice {

    /** Where somebody else has superseded a token. */
    static final String CONTESTED =
            "Somebody else fetches tokens with this account's AppSecret, and each of theirs ends"
                    + " ours. Find that server and stop it, let it ask this one instead, or let it use WeChat's"
                    + " /cgi-bin/stable_token, which leaves the classic tokens alone.";

    private Advice() {}
}
