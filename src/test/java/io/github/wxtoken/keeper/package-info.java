/**
 * Tests of the machinery. Time passes only when a test says so, except in {@code RaceTest}. {@code HistoriesTest}, {@code
 * TicketHistoriesTest} and {@code ReplicasTest} simulate it as a whole.
 */
@NullMarked
package io.github.wxtoken.keeper;

import org.jspecify.annotations.NullMarked;
