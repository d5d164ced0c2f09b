/**
 * REST for business servers: what they may ask, how it is answered, and how errors are told.
 *
 * <p>It knows the domain, and neither WeChat nor a store.
 */
@NullMarked
package io.github.wxtoken.api;

import org.jspecify.annotations.NullMarked;
