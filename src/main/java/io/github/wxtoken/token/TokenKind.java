package io.github.wxtoken.token;

/** The kinds of credential that WeChat issues for an account and that are kept fresh in the same way. */
public enum TokenKind {
    /** The {@code access_token} that every server-side API of WeChat takes. */
    ACCESS_TOKEN
}
