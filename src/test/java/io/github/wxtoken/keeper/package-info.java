/**
 * Tests of the machinery that keeps tokens fresh. Each test advances the clock itself, except for {@code RaceTest}.
 *
 * <p>Three tests simulate the whole machinery from random seeds. {@code HistoriesTest} runs one token against the
 * independent {@code Witness}, {@code TicketHistoriesTest} a ticket, and {@code ReplicasTest} a {@code Cluster} of
 * three replicas on a model of Redis.
 */
@NullMarked
package io.github.wxtoken.keeper;

import org.jspecify.annotations.NullMarked;
