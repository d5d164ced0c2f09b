/** The store that several replicas share, on Redis or Valkey; the only room that knows them. */
@NullMarked
package io.github.wxtoken.redis;

import org.jspecify.annotations.NullMarked;
