package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests the clock with a wall clock and a monotonic clock that the test sets. */
class SteadyClockTest {

    private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");

    private Instant wall = NOON;
    private long nanos = Long.MAX_VALUE - 1_000_000_000L;
    private final SteadyClock clock = new SteadyClock(() -> wall, () -> nanos);

    @Test
    void showsTheWallClockAtFirst() {
        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @Test
    void goesOnWhenTheWallClockIsSetBack() {
        clock.instant();
        elapse(Duration.ofSeconds(10));
        wall = wall.minusSeconds(3600);
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(10));
        elapse(Duration.ofSeconds(5));
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(15));
    }

    @Test
    void followsTheWallClockForward() {
        clock.instant();
        wall = wall.plusSeconds(3600);
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(3600));
        elapse(Duration.ofSeconds(5));
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(3605));
    }

    @Test
    void doesNotStandStillAfterAJumpThereAndBack() {
        clock.instant();
        wall = wall.plusSeconds(3600);
        clock.instant();
        wall = wall.minusSeconds(3600);
        elapse(Duration.ofSeconds(7));
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(3607));
    }

    @Test
    void noticesASuspensionInWhichTheMonotonicClockStoodStill() {
        clock.instant();
        wall = wall.plusSeconds(1800);
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(1800));
    }

    @Test
    void neverRunsBackwardsWhateverBecomesOfTheWallClock() {
        Random random = new Random(7);
        Instant last = clock.instant();
        for (int i = 0; i < 100_000; i++) {
            Instant now = clock.instant();
            assertThat(now).isAfterOrEqualTo(last);
            last = now;
            nanos += random.nextInt(1_000_000_000);
            wall = wall.plusMillis(random.nextInt(7_200_000) - 3_600_000);
        }
    }

    private void elapse(Duration time) {
        nanos += time.toNanos();
        wall = wall.plus(time);
    }
}
