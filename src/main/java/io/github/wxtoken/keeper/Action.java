package io.github.wxtoken.keeper;

/** An action that an operator can order for a token. */
public enum Action {
    /** Fetches a new token now. The old one stays valid during the overlap. */
    REFRESH,
    /** Ends the current token, which has leaked, as soon as WeChat allows, and serves a new one. */
    REVOKE
}
