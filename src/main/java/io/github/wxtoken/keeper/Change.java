package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenRecord;
import java.time.Instant;

/** The result of a transition: the records before and after it, and its time (store's clock). */
record Change(TokenRecord before, TokenRecord after, Instant at) {

    boolean changed() {
        return !after.equals(before);
    }
}
