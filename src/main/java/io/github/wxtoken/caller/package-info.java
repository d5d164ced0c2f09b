/**
 * Callers: their configuration, their authentication by key and the handling of rejected calls.
 *
 * <p>Only digests of keys are kept here. A minimal set of Spring Security filters authorizes requests. The fast path in
 * the api package runs before them and checks keys with {@link io.github.wxtoken.caller.KeyAuthentication} as well.
 * Other packages ask a {@link io.github.wxtoken.caller.Caller} which accounts it may use.
 */
@NullMarked
package io.github.wxtoken.caller;

import org.jspecify.annotations.NullMarked;
