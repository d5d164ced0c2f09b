/** Tests of who is asking, and of what becomes of strangers. */
@NullMarked
package io.github.wxtoken.caller;

import org.jspecify.annotations.NullMarked;
