/** The tests of the store in Redis, on a real one. */
@NullMarked
package io.github.wxtoken.redis;

import org.jspecify.annotations.NullMarked;
