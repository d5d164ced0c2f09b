package io.github.wxtoken.keeper;

import io.github.wxtoken.token.StoreProblem;
import java.time.Instant;

/**
 * The reason why this replica cannot share a record with the others. Meanwhile it keeps serving the record it has.
 *
 * @param since when the problem was detected (local clock)
 * @param problem the kind of the problem
 * @param text the cause and what to do about it
 */
public record StoreTrouble(Instant since, StoreProblem problem, String text) {}
