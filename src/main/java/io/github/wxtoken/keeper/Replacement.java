package io.github.wxtoken.keeper;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The progress of an operator's order.
 *
 * @param done whether the order is done
 * @param replaced the fingerprint of the token to replace, or null if there was none
 * @param livesUntil until when WeChat may accept that token, or null if WeChat rejects it, it has expired or there was none
 */
public record Replacement(boolean done, @Nullable String replaced, @Nullable Instant livesUntil) {}
