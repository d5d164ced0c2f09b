package io.github.wxtoken.keeper;

/** A rule of several replicas that a simulation can go without, to show what it is good for. */
enum Rule {
    /** The store's clock decides, not a replica's. */
    CLOCK_OF_THE_STORE("the clock of the store decides"),
    /** A record is replaced only if nobody else has since it was loaded. */
    COMPARE_AND_SET("compare and set"),
    /** The highest version that was seen counts, and is written back. */
    WRITE_BACK("what the store lost is written back"),
    /** A claim that was taken too long ago is not sent under. */
    AGE_CHECK("no sending under an old claim"),
    /** A claim that ran out without a word leaves the token unsure, and the next one as well. */
    ORPHANED_CLAIM("an orphaned claim makes unsure"),
    /** An answer that was lost leaves the token unsure. */
    LOST_ANSWER("a lost answer makes unsure"),
    /** A commit that comes too late leaves the newer token unsure. */
    LATE_COMMIT("a late commit makes unsure"),
    /** Without the store, nothing is fetched. */
    NO_FETCH_WITHOUT_STORE("no fetch without the store"),
    /** Who is out of touch with the store serves on WeChat's word. */
    OUT_OF_TOUCH("on WeChat's word while out of touch");

    private final String text;

    Rule(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
