/**
 * The REST API for business servers: serves tokens and accepts reports of refused ones.
 *
 * <p>Answers are JSON with {@code Cache-Control: no-store}. Errors, including Tomcat's own, are problem details (RFC
 * 9457), except on WeChat's own paths. This package only translates between HTTP and
 * {@link io.github.wxtoken.keeper.TokenKeeper}.
 */
@NullMarked
package io.github.wxtoken.api;

import org.jspecify.annotations.NullMarked;
