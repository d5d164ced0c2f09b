/**
 * Monitoring for operators: health, metrics, logs and the status page.
 *
 * <p>It shows fingerprints instead of token values, and changes tokens only by an operator's order.
 */
@NullMarked
package io.github.wxtoken.monitor;

import org.jspecify.annotations.NullMarked;
