/**
 * Who is asking: the callers that were given a key, how they show it, and what becomes of those who show none.
 *
 * <p>Only digests of keys are known here. What a caller may do is decided by Spring Security's filters, cut down to those
 * that are needed, and for what the current token answers at once, by a filter of the api room before them, which has a
 * key checked here as well; which account it may see is told to whoever asks.
 */
@NullMarked
package io.github.wxtoken.caller;

import org.jspecify.annotations.NullMarked;
