package io.github.wxtoken.token;

/** The reason for a fetch. */
public enum Trigger {
    /** No token existed yet. */
    BOOT,
    /** The planned time came, or the token became unsure. */
    SCHEDULED,
    /** A caller reported that WeChat rejects the token. */
    REPORT,
    /** The watchdog found the token dead. */
    WATCHDOG,
    /** A stable token needed a forced refresh: an operator ordered it, or WeChat returned a token that it rejects. */
    FORCED,
    /** An operator ordered the fetch. */
    OPERATOR
}
