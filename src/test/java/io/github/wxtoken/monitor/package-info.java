/** Tests of what operators see. */
@NullMarked
package io.github.wxtoken.monitor;

import org.jspecify.annotations.NullMarked;
