/**
 * The client of WeChat's API and the accounts that it calls for.
 *
 * <p>This package implements {@link io.github.wxtoken.token.TokenSource}. It is the only package that uses AppSecrets
 * and OkHttp. The URL of a token call contains the secret. So no URL leaves this package, nor any exception that may
 * contain one.
 */
@NullMarked
package io.github.wxtoken.wechat;

import org.jspecify.annotations.NullMarked;
