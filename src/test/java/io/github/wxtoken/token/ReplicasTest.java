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
 * A thousand days of three replicas to whom all kinds of things happen: hardly ever does one serve a dead token. Without any one of
 * the rules they would.
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
                "%-45s %28s %6s %12s %12s %10s %8s%n",
                "three replicas, one classic account", "faults", "days", "dead s/day", "on word", "unserved", "mints");
        Faults usual = Faults.of(0.25);
        Tally all = row(null, usual, 100);
        // Some seconds in a thousand days nobody can know of: see src/docs/design.md.
        assertThat((double) all.dead).isLessThan(0.05 * all.days());
        // Nor is that bought with their silence, or with the quota.
        assertThat(all.unserved).isLessThan(all.running / 200);
        assertThat((double) all.mints).isLessThan(30 * all.days());
        assertThat(row(null, Faults.of(0.02), 10).dead).isZero();
        Faults longer = usual.withPausesUpTo(Duration.ofHours(1));
        row(null, longer, 10);
        // What is sent late although everybody did all that could be done: see src/docs/design.md.
        Tally late = row(null, usual.withLateRequests(), 10);
        assertThat((double) late.dead).isLessThan(late.days());
        for (Rule rule : Rule.values()) {
            Tally tally = rule == Rule.AGE_CHECK ? row(rule, longer, 20) : row(rule, usual, histories(rule));
            assertThat(tally.dead).as("without: %s", rule).isPositive();
        }
    }

    /** The other rules stand in for some, so it takes more time to miss them. */
    private static int histories(Rule rule) {
        return rule == Rule.LATE_COMMIT || rule == Rule.OUT_OF_TOUCH ? 10 : 5;
    }

    private static Tally row(@Nullable Rule missing, Faults faults, int histories) {
        Tally tally = LongStream.range(0, histories)
                .parallel()
                .mapToObj(seed -> new Cluster(seed, faults, missing).run(HISTORY))
                .reduce(new Tally(), (one, other) -> new Tally().add(one).add(other));
        System.out.printf(
                "%-45s %28s %6.0f %12.3f %12.3f %8.3f %% %8.1f%n",
                missing == null ? "with all rules" : "without: " + missing,
                faults,
                tally.days(),
                tally.dead / tally.days(),
                tally.onWord / tally.days(),
                100.0 * tally.unserved / tally.running,
                tally.mints / tally.days());
        return tally;
    }
}
