/**
 * The life of a token: what is known about it, when it is due, who may fetch it, and what is served meanwhile.
 *
 * <p>All rules are pure transitions on {@link io.github.wxtoken.token.TokenRecord}. Around them stand two seams, the
 * {@link io.github.wxtoken.token.TokenStore} that shares a record and the {@link io.github.wxtoken.token.TokenSource}
 * that fetches and probes, and the façade of the room, {@link io.github.wxtoken.token.TokenKeeper}. This room knows none
 * of the others.
 */
@NullMarked
package io.github.wxtoken.token;

import org.jspecify.annotations.NullMarked;
