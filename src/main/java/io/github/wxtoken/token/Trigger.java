package io.github.wxtoken.token;

/** What a refresh was made for. */
public enum Trigger {
    /** There was no token yet. */
    BOOT,
    /** The time had come, or an earlier attempt had an unknown outcome. */
    SCHEDULED,
    /** A business server reported that WeChat refuses the token. */
    REPORT,
    /** The watchdog found the token dead. */
    WATCHDOG,
    /** The stable API handed out a token again that it refuses, so that only a forced refresh replaces it. */
    FORCED
}
