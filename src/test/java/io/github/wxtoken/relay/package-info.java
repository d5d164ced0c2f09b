/** Tests of the relay: its parts alone, and the whole server in front of the simulated WeChat. */
@NullMarked
package io.github.wxtoken.relay;

import org.jspecify.annotations.NullMarked;
