/**
 * What operators see: health, metrics and the log of what happens to the tokens.
 *
 * <p>It looks at the tokens from outside, shows fingerprints instead of values, and changes nothing.
 */
@NullMarked
package io.github.wxtoken.monitor;

import org.jspecify.annotations.NullMarked;
