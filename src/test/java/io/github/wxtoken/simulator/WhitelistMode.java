package io.github.wxtoken.simulator;

/** What an account's IP whitelist gates. */
public enum WhitelistMode {
    /** As for Mini Programs: only calls that carry the AppSecret. At most 10 entries. */
    MP,
    /** As for Official Accounts: calls made with an access_token as well. No entries like {@code 1.2.3.*}. */
    OA
}
