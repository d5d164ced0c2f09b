/** The parts that each package contributes to the startup message in the log. Depends on no other package. */
@NullMarked
package io.github.wxtoken.startup;

import org.jspecify.annotations.NullMarked;
