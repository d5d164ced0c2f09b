/** Unit tests of the token rules, which are pure functions of a record, an event and a time. */
@NullMarked
package io.github.wxtoken.token;

import org.jspecify.annotations.NullMarked;
