package io.github.wxtoken.simulator;

/** The calls that an account's IP whitelist restricts. */
public enum WhitelistMode {
    /** As for Mini Programs: only calls with the AppSecret. At most 10 entries. */
    MP,
    /** As for Official Accounts: also calls with an access_token. No entries like {@code 1.2.3.*}. */
    OA
}
