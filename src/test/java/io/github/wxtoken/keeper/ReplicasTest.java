package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.wxtoken.keeper.Cluster.Result;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Tests three replicas under all kinds of faults: they serve no dead token, and each {@link Rule} is needed for that.
 *
 * <p>The {@code simulation} tier prints the table of {@code src/docs/design.md}; {@code verify} runs fewer days.
 */
class ReplicasTest {

    private static final Duration HISTORY = Duration.ofDays(10);
    private static final int DAYS = 200;
    private static final int MOST_HISTORIES = 400;
    private static final Faults USUAL = Faults.of(0.25);
    private static final Faults FREQUENT = Faults.of(0.45);
    private static final Faults LONGER_PAUSES = USUAL.withPausesUpTo(Duration.ofHours(1));

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.wxtoken.keeper");

    @BeforeEach
    void silence() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void speakAgain() {
        logger.setLevel(null);
    }

    @Test
    void withAllRulesReplicasServeNoDeadToken() {
        assertHolds(row(null, USUAL, 2));
    }

    /** One dead token is enough: the test begins with a day known to show one and stops at the first. */
    @ParameterizedTest
    @EnumSource
    void withoutAnyOneOfTheRulesTheyServeOne(Rule rule) {
        Faults faults = isRarelyNeeded(rule) ? FREQUENT : faults(rule);
        long first = firstSeed(rule);
        long seed = LongStream.range(first, first + DAYS)
                .filter(each -> new Cluster(each, faults, rule).run(Duration.ofDays(1)).dead > 0)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no dead token within " + DAYS + " days"));
        assertThat(new Cluster(seed, faults, null).run(Duration.ofDays(1)).dead)
                .as("with the rule")
                .isZero();
    }

    @Test
    @Tag("simulation")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void aThousandDaysWithAllRulesAndManyWithoutEach() {
        System.out.printf(
                "%-45s %28s %6s %12s %12s %10s %8s%n",
                "three replicas, one classic account", "faults", "days", "dead s/day", "on word", "unserved", "mints");
        assertHolds(row(null, USUAL, 100));
        assertThat(row(null, Faults.of(0.02), 10).dead).isZero();
        row(null, LONGER_PAUSES, 10);
        // Some requests are late although each replica checked its claim: see src/docs/design.md.
        Result late = row(null, USUAL.withLateRequests(), 10);
        assertThat((double) late.dead).isLessThan(late.days());
        for (Rule rule : Rule.values()) {
            assertThat(row(rule, faults(rule), histories(rule)).dead)
                    .as("without: %s", rule)
                    .isPositive();
        }
    }

    private static void assertHolds(Result result) {
        // Some seconds in a thousand days are beyond any replica's knowledge: see src/docs/design.md.
        assertThat((double) result.dead).isLessThan(0.05 * result.days());
        // The price is neither unavailability nor quota.
        assertThat(result.unserved).isLessThan(result.running / 200);
        assertThat((double) result.mints).isLessThan(30 * result.days());
    }

    private static Faults faults(Rule rule) {
        return rule == Rule.AGE_CHECK ? LONGER_PAUSES : USUAL;
    }

    /** Returns whether a rule needs more faults to show its use within few days. */
    private static boolean isRarelyNeeded(Rule rule) {
        return rule == Rule.RECENTLY_SEEN || rule == Rule.SETTLING || rule == Rule.STRAY_CLAIM;
    }

    /** Returns how many histories show the need for a rule. Rules that others partly replace take more. */
    private static int histories(Rule rule) {
        return switch (rule) {
            case AGE_CHECK -> 20;
            case RECENTLY_SEEN, SETTLING, STRAY_CLAIM -> 20;
            case LATE_COMMIT, OUT_OF_TOUCH -> 10;
            default -> 5;
        };
    }

    /** Returns the seed of a day with a dead token. If the code draws other histories, the search takes longer. */
    private static long firstSeed(Rule rule) {
        return switch (rule) {
            case CLOCK_OF_THE_STORE -> 7;
            case COMPARE_AND_SET -> 2;
            case AGE_CHECK -> 215;
            case LATE_COMMIT -> 51;
            case OUT_OF_TOUCH -> 71;
            case RECENTLY_SEEN -> 70;
            case SETTLING -> 99;
            case STRAY_CLAIM -> 128;
            case WRITE_BACK, ORPHANED_CLAIM, LOST_ANSWER, NO_FETCH_WITHOUT_STORE -> 0;
        };
    }

    private static Result histories(@Nullable Rule missing, Faults faults, int from, int count) {
        return LongStream.range(from, from + count)
                .parallel()
                .mapToObj(seed -> history(missing, faults, seed))
                .reduce(new Result(), (one, other) -> new Result().add(one).add(other));
    }

    /** Runs a history. Dead seconds of a rarely needed rule count only if there are none with all rules. */
    private static Result history(@Nullable Rule missing, Faults faults, long seed) {
        Result result = new Cluster(seed, faults, missing).run(HISTORY);
        boolean anyway = missing != null
                && isRarelyNeeded(missing)
                && result.dead > 0
                && new Cluster(seed, faults, null).run(HISTORY).dead > 0;
        if (anyway) {
            result.dead = 0;
        }
        return result;
    }

    /** Prints a row of the table. Without a rule that is rarely needed, it goes on until there is a dead token. */
    private static Result row(@Nullable Rule missing, Faults faults, int histories) {
        Result result = histories(missing, faults, 0, histories);
        for (int from = histories; missing != null && result.dead == 0 && from < MOST_HISTORIES; from += histories) {
            result.add(histories(missing, faults, from, histories));
        }
        System.out.printf(
                "%-45s %28s %6.0f %12.3f %12.3f %8.3f %% %8.1f%n",
                missing == null ? "with all rules" : "without: " + missing,
                faults,
                result.days(),
                result.dead / result.days(),
                result.onWord / result.days(),
                100.0 * result.unserved / result.running,
                result.mints / result.days());
        return result;
    }
}
