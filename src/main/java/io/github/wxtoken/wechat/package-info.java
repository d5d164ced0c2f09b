/**
 * The client of WeChat's API, and the accounts it calls for.
 *
 * <p>This room implements {@link io.github.wxtoken.token.TokenSource}. It is the only one that ever sees an AppSecret or
 * OkHttp: the secret is in the query of each token call, so neither a URL nor an exception that might hold one leaves it.
 */
@NullMarked
package io.github.wxtoken.wechat;

import org.jspecify.annotations.NullMarked;
