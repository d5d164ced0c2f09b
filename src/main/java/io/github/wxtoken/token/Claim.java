package io.github.wxtoken.token;

import java.time.Instant;

/**
 * The right to fetch, taken by compare-and-set so that WeChat is asked once.
 *
 * @param owner the replica that holds it
 * @param fence its number: of two claims on a record, the later has the higher
 * @param since when it was taken, which is before its request was sent
 * @param until when others may take over
 * @param trigger what the refresh is for
 */
public record Claim(String owner, long fence, Instant since, Instant until, Trigger trigger) {}
