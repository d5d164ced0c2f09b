/**
 * The machinery that keeps tokens fresh: it applies the rules of {@code token} on timers and threads.
 *
 * <p>{@link io.github.wxtoken.keeper.TokenKeeper} is the entry point of other packages. It publishes what happens as {@link
 * io.github.wxtoken.keeper.TokenEvent}s.
 */
@NullMarked
package io.github.wxtoken.keeper;

import org.jspecify.annotations.NullMarked;
