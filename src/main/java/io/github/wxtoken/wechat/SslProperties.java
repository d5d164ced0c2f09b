package io.github.wxtoken.wechat;

import org.jspecify.annotations.Nullable;

/**
 * The TLS settings of calls to WeChat.
 *
 * @param bundle the name of the SSL bundle below {@code spring.ssl.bundle} whose trust store replaces the JDK's
 *     certificate authorities; none by default
 */
record SslProperties(@Nullable String bundle) {}
