/**
 * The assembly: starts the server and wires the rooms (the packages below) to one another.
 *
 * <p>It may know every room; no room may know it.
 */
@NullMarked
package io.github.wxtoken;

import org.jspecify.annotations.NullMarked;
