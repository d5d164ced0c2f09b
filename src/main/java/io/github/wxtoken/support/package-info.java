/**
 * What several packages use: messages in the language of their reader, safe texts, bounded logs, threads, repeated tasks, names of constants, start notes, and the
 * binding of properties with names that operators choose.
 */
@NullMarked
package io.github.wxtoken.support;

import org.jspecify.annotations.NullMarked;
