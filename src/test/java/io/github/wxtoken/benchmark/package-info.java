/**
 * The benchmarks of the whole server, as a process of its own beside references in the same run: {@code mvn -B -ntp
 * verify -Pbenchmark}. Those of what is inside are beside what they measure, as {@code *Benchmark}.
 */
@NullMarked
package io.github.wxtoken.benchmark;

import org.jspecify.annotations.NullMarked;
