/** Tests of the rules, each as a pure function of a record, an event and a time. */
@NullMarked
package io.github.wxtoken.token;

import org.jspecify.annotations.NullMarked;
