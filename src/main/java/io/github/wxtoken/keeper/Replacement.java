package io.github.wxtoken.keeper;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What has come of an operator's order so far.
 *
 * @param done whether all of it is done
 * @param replaced the fingerprint of the token that it was about, or null where there was none
 * @param livesUntil until when WeChat may still take that token, or null where it is known not to
 */
public record Replacement(boolean done, @Nullable String replaced, @Nullable Instant livesUntil) {}
