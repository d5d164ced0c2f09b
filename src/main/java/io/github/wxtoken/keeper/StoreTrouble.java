package io.github.wxtoken.keeper;

import java.time.Instant;

/**
 * What keeps this replica from sharing a record with the others. It goes on serving what it holds meanwhile.
 *
 * @param since when it was noticed, by the local clock
 * @param text why, and what to do about it
 */
public record StoreTrouble(Instant since, String text) {}
