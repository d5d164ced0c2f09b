/**
 * Starts the server and wires the packages below.
 *
 * <p>This package may depend on all packages below; none of them may depend on it.
 */
@NullMarked
package io.github.wxtoken;

import org.jspecify.annotations.NullMarked;
