package io.github.wxtoken.token;

/** The WeChat API that issues an account's access_token. The tokens and quotas of the two APIs are independent. */
public enum Api {
    /** {@code GET /cgi-bin/token}: each call issues a new token and ends the previous one. */
    CLASSIC,
    /** {@code POST /cgi-bin/stable_token}: repeated calls return the same token until shortly before its expiry. */
    STABLE
}
