/** The store that replicas share, in Redis or Valkey. No other package depends on Redis. */
@NullMarked
package io.github.wxtoken.redis;

import org.jspecify.annotations.NullMarked;
