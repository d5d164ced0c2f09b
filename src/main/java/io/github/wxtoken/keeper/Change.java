package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenRecord;
import java.time.Instant;

/** The result of a transition: the record before and after it, and its time by the store's clock. */
record Change(TokenRecord before, TokenRecord after, Instant at) {

    boolean changed() {
        return !after.equals(before);
    }
}
