/** Tests of third-party clients against the server, set up as in {@code src/docs/clients.md}. */
@NullMarked
package io.github.wxtoken.clients;

import org.jspecify.annotations.NullMarked;
