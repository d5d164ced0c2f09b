/**
 * The runtime that refreshes tokens: it applies the rules of {@code token} on timers and threads.
 *
 * <p>{@link io.github.wxtoken.keeper.TokenKeeper} is the entry point for other packages. It publishes {@link
 * io.github.wxtoken.keeper.TokenEvent}s.
 */
@NullMarked
package io.github.wxtoken.keeper;

import org.jspecify.annotations.NullMarked;
