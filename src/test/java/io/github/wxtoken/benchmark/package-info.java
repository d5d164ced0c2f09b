/**
 * The benchmarks of the whole server, as its own process beside references in the same run: {@code mvn -B -ntp verify
 * -Pbenchmark}. The benchmarks of internal code are beside the code they measure, as {@code *Benchmark}.
 */
@NullMarked
package io.github.wxtoken.benchmark;

import org.jspecify.annotations.NullMarked;
