package io.github.wxtoken.token;

import java.time.Instant;

/**
 * The exclusive right to fetch a token, taken by compare-and-set so that only one request is sent to WeChat.
 *
 * @param owner the replica that holds the claim
 * @param fence its number; a later claim on the same record has a higher one
 * @param since when it was taken, before its request is sent
 * @param until when others may take it over
 * @param trigger the reason for the fetch
 */
public record Claim(String owner, long fence, Instant since, Instant until, Trigger trigger) {}
