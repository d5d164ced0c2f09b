/** What several packages use: notes of the startup message, threads, repeated tasks and names of constants. */
@NullMarked
package io.github.wxtoken.support;

import org.jspecify.annotations.NullMarked;
