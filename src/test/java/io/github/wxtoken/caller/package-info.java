/** Tests of authentication and of the handling of unauthenticated clients. */
@NullMarked
package io.github.wxtoken.caller;

import org.jspecify.annotations.NullMarked;
