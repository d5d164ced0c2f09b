/** What several packages use: safe texts, bounded logs, threads, repeated tasks, names of constants and start notes. */
@NullMarked
package io.github.wxtoken.support;

import org.jspecify.annotations.NullMarked;
