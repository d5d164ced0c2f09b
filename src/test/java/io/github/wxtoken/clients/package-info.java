/**
 * The clients of other people that are tried against the server, as {@code src/docs/clients.md} tells how to set them up.
 */
@NullMarked
package io.github.wxtoken.clients;

import org.jspecify.annotations.NullMarked;
