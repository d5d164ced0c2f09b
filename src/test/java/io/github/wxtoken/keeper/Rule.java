package io.github.wxtoken.keeper;

/** A rule for replicas. A simulation can run without one of them to show why it is needed. */
enum Rule {
    /** Replicas use the store's clock instead of their own. */
    CLOCK_OF_THE_STORE("the store's clock decides"),
    /** A record is replaced only if its revision has not changed since it was loaded. */
    COMPARE_AND_SET("compare-and-set"),
    /** The record with the highest version seen wins and is written back to a store that lost it. */
    WRITE_BACK("lost records are written back"),
    /** No request is sent under a claim that is too old. */
    AGE_CHECK("no request under an old claim"),
    /** A claim that expires without a result makes the current token UNSURE, and the next one too. */
    ORPHANED_CLAIM("an orphaned claim makes UNSURE"),
    /** A lost answer makes the current token UNSURE. */
    LOST_ANSWER("a lost answer makes UNSURE"),
    /** A commit after a takeover makes the newer token UNSURE. */
    LATE_COMMIT("a late commit makes UNSURE"),
    /** A replica fetches no classic token while it cannot reach the store. */
    NO_FETCH_WITHOUT_STORE("no fetch without the store"),
    /** A replica out of touch with the store serves a token that others may have refreshed only after a probe. */
    OUT_OF_TOUCH("serve only probed tokens if cut off"),
    /** Claims and doubts that a failover has lost are restored. */
    RECENTLY_SEEN("lost claims and doubts are restored"),
    /** Just after reconnecting, a replica with a usable token claims no fetch. */
    SETTLING("no fetch just after reconnecting"),
    /** A replica removes its own claim if it never got the store's answer. */
    STRAY_CLAIM("unconfirmed claims are removed");

    private final String text;

    Rule(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
