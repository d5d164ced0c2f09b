/** Tests of the domain, in which time passes only when a test says so. */
@NullMarked
package io.github.wxtoken.token;

import org.jspecify.annotations.NullMarked;
