/**
 * The domain: the state of a token, when its refresh is due, which replica may fetch it, and what is served meanwhile.
 *
 * <p>All rules are pure functions on {@link io.github.wxtoken.token.TokenRecord}. There are two SPIs: {@link
 * io.github.wxtoken.token.TokenStore} shares records, {@link io.github.wxtoken.token.TokenSource} fetches and probes
 * tokens. This package has no thread, lock, timer or logger, and depends on no other package.
 */
@NullMarked
package io.github.wxtoken.token;

import org.jspecify.annotations.NullMarked;
