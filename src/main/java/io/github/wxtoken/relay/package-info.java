/**
 * Passes business calls on to WeChat, so that a business server needs neither the AppSecret nor a token.
 *
 * <p>{@code RelayFilter} takes the calls and {@code Relay} carries them out. Paths, queries, tokens and bodies have a
 * type each.
 */
@NullMarked
package io.github.wxtoken.relay;

import org.jspecify.annotations.NullMarked;
