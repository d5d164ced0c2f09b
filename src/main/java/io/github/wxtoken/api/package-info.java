/**
 * The REST API for business servers: hands out tokens and takes reports of refused ones.
 *
 * <p>Every answer is JSON and says {@code Cache-Control: no-store}; every error, Tomcat's own included, is a problem
 * detail (RFC 9457). This room translates between HTTP and the façade of the token room, and decides nothing itself.
 */
@NullMarked
package io.github.wxtoken.api;

import org.jspecify.annotations.NullMarked;
