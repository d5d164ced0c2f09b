/**
 * The domain: what is known about a token, when its refresh is due, who may fetch it, and what is served meanwhile.
 *
 * <p>All rules are pure functions on {@link io.github.wxtoken.token.TokenRecord}. There are two SPIs: a {@link
 * io.github.wxtoken.token.TokenStore} shares records, and a {@link io.github.wxtoken.token.TokenSource} fetches and probes
 * tokens. This package has no thread, lock, timer or logger, and depends on no other package.
 */
@NullMarked
package io.github.wxtoken.token;

import org.jspecify.annotations.NullMarked;
