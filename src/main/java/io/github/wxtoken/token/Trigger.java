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
    /** The stable API had to be forced: by an operator, or because it handed out a token again that it refuses. */
    FORCED,
    /** An operator has ordered it. */
    OPERATOR
}
