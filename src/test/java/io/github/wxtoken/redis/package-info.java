/** Tests of the Redis store on a real Redis. */
@NullMarked
package io.github.wxtoken.redis;

import org.jspecify.annotations.NullMarked;
