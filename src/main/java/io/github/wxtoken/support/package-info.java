/** What several packages use: notes of the startup message, threads, repeated tasks, names of constants and safe texts. */
@NullMarked
package io.github.wxtoken.support;

import org.jspecify.annotations.NullMarked;
