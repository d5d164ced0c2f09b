/** Tests of the REST API, over a real socket against the whole server. */
@NullMarked
package io.github.wxtoken.api;

import org.jspecify.annotations.NullMarked;
