package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenRecord;
import java.time.Instant;

/** A pure function of a record and the store's time. It returns the same record if nothing changes. */
@FunctionalInterface
interface Transition {
    TokenRecord apply(TokenRecord record, Instant now);
}
