package io.github.wxtoken.keeper;

/** What an operator may order for a token. */
public enum Action {
    /** To fetch another one now; the one before lives on through the overlap. */
    REFRESH,
    /** To end the current one, which has leaked, as soon as WeChat allows, and to serve another. */
    REVOKE
}
