package io.github.wxtoken.token;

/** What keeps a shared store from being used. {@link Hints#store} returns what to do about it. */
public enum StoreProblem {
    /** The store cannot be reached or does not answer in time. */
    UNREACHABLE,
    /** The user name or password is wrong. */
    REFUSED,
    /** The store requires a password, but none is configured. */
    PASSWORD_MISSING,
    /** The user lacks permissions. */
    NOT_PERMITTED,
    /** The store is an older version than required. */
    TOO_OLD,
    /** Another application uses the same keys. */
    FOREIGN_KEYS,
    /** The store is a replica that accepts no writes. */
    READ_ONLY,
    /** The store is loading its data. */
    LOADING,
    /** Too few replicas of the store are connected. */
    TOO_FEW_REPLICAS,
    /** The cluster is down. */
    CLUSTER_DOWN,
    /** The store is a replica that has lost its primary. */
    PRIMARY_LOST,
    /** The store's memory is full. */
    FULL,
    /** The store cannot save its data. */
    NOT_SAVING,
    /** The records are encrypted with an unknown key. */
    KEY_UNKNOWN,
    /** A newer version of this server has written the records. */
    NEWER_RECORDS
}
