package io.github.wxtoken.token;

import java.time.Instant;

/** Comparisons of two instants. */
public final class Instants {

    private Instants() {}

    /** Returns the later of two instants. */
    public static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** Returns the earlier of two instants. */
    public static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
