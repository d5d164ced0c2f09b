package io.github.wxtoken.token;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.wxtoken.token.Cluster.Tally;
import java.time.Duration;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * A thousand days of three replicas to whom all kinds of things happen: none of them serves a dead token that anyone could
 * know to be dead. Without the rules of the store they would.
 */
class ReplicasTest {

    private static final Duration HISTORY = Duration.ofDays(10);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.wxtoken.token");

    @BeforeEach
    void silence() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void speakAgain() {
        logger.setLevel(null);
    }

    @Test
    void hardlyEverDoesAReplicaServeADeadTokenAndWithoutAnyOfTheseRulesOneWould() {
        System.out.printf(
                "%-45s %8s %6s %12s %12s %10s %8s%n",
                "three replicas, one classic account", "faults", "days", "dead s/day", "on word", "unserved", "mints");
        Tally all = row(null, 0.25, 100);
        Tally quiet = row(null, 0.02, 10);
        // Two of these hundred histories have some seconds of which nobody could know: see src/docs/design.md.
        assertThat((double) all.dead).isLessThan(0.05 * all.days());
        assertThat(quiet.dead).isZero();
        // Nor is that bought with their silence, or with the quota.
        assertThat(all.unserved).isLessThan(all.running / 200);
        assertThat((double) all.mints).isLessThan(30 * all.days());
        for (Rule rule : Rule.values()) {
            long dead = row(rule, 0.25, 10).dead;
            if (rule != Rule.OUT_OF_TOUCH) {
                // In so few days the other rules stand in for that one.
                assertThat(dead).as("without: %s", rule).isPositive();
            }
        }
    }

    private static Tally row(@Nullable Rule missing, double faults, int histories) {
        Tally tally = LongStream.range(0, histories)
                .parallel()
                .mapToObj(seed -> new Cluster(seed, faults, missing).run(HISTORY))
                .reduce(new Tally(), (one, other) -> new Tally().add(one).add(other));
        System.out.printf(
                "%-45s %6.0f %% %6.0f %12.2f %12.2f %8.3f %% %8.1f%n",
                missing == null ? "with all rules" : "without: " + missing,
                100 * faults,
                tally.days(),
                tally.dead / tally.days(),
                tally.onWord / tally.days(),
                100.0 * tally.unserved / tally.running,
                tally.mints / tally.days());
        return tally;
    }
}
