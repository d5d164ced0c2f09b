/** What each package contributes to the message that the server logs at its start. Depends on no other package. */
@NullMarked
package io.github.wxtoken.startup;

import org.jspecify.annotations.NullMarked;
