/** Tests of what several packages use. */
@NullMarked
package io.github.wxtoken.support;

import org.jspecify.annotations.NullMarked;
