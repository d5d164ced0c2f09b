/** Tests of the logs, health and status page for operators. */
@NullMarked
package io.github.wxtoken.monitor;

import org.jspecify.annotations.NullMarked;
