package io.github.wxtoken.token;

/** The API of WeChat by which an account's access_token is fetched. Their tokens and quotas do not disturb each other. */
public enum Api {
    /** {@code GET /cgi-bin/token}: each call issues another token, and ends the one before. */
    CLASSIC,
    /** {@code POST /cgi-bin/stable_token}: repeated calls are answered with the same token until it is about to end. */
    STABLE
}
