package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests replicas in their own processes through failures that last minutes. Runs only in the profile {@code soak}. */
@Tag("soak")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ReplicasSoakTest {

    private static final Duration AWAY = Duration.ofMinutes(2);

    /** The lifetime of a token whose refresh, due at two thirds of it, falls into the outage. */
    private static final Duration DUE_WHILE_AWAY = Duration.ofSeconds(205);

    /** How long a reconnected replica waits for others to write back what Redis lost. */
    private static final Duration SETTLES = Duration.ofSeconds(5);

    /** Shortly before the refresh that compensates for the late request. */
    private static final Duration LATE = Replicas.OVERLAP.minusSeconds(5);

    private final RealRedis redis = new RealRedis();

    private final Replicas replicas;

    ReplicasSoakTest(@TempDir Path directory) {
        replicas = new Replicas(directory);
    }

    @AfterEach
    void close() {
        replicas.close();
        redis.close();
    }

    @Test
    void redisIsAwayForTwoMinutesAndComesBackEmpty() {
        replicas.account.tokenLife(DUE_WHILE_AWAY);
        replicas.start(redis);
        Instant due = replicas.holder().nextRefresh();
        redis.stop();
        Instant stopped = Instant.now();
        replicas.pass(AWAY);
        replicas.until(Duration.ofSeconds(30), "refresh that is due", () -> Instant.now()
                .isAfter(due.plusSeconds(1)));
        assertThat(replicas.mints()).as("none without Redis").isEqualTo(1);
        System.out.printf("away for %s%n", Duration.between(stopped, Instant.now()));
        Instant back = Instant.now();
        redis.startAgain();
        replicas.agree(replicas.all);
        replicas.until(SETTLES.plusSeconds(5), "fetch of what was due", () -> replicas.mints() == 2);
        assertThat(Duration.between(back, replicas.lastMint()))
                .as("not before Redis has what it lost")
                .isGreaterThanOrEqualTo(SETTLES);
        replicas.agree(replicas.all);
        replicas.assertSettled();
        replicas.until(
                Duration.ofSeconds(10), "recovery", () -> replicas.all.stream().noneMatch(ReplicaProcess::isDegraded));
        assertThat(replicas.mints()).isEqualTo(2);
        replicas.assertNobodyNoticed(replicas.all, "Redis away");
    }

    @Test
    void theRequestOfOneThatWasKilledArrivesLate() {
        replicas.start(redis);
        replicas.inject(Fault.HELD);
        Instant hastened = replicas.hastenByHolder();
        replicas.wechat.faults().awaitHeld(1);
        replicas.holder().kill();
        replicas.releaseLinks();
        replicas.holder().startAgain();
        Instant taken = replicas.awaitTakeover(hastened);
        assertThat(replicas.mints()).isEqualTo(2);
        replicas.pass(LATE);
        replicas.wechat.faults().release();
        replicas.until(Duration.ofSeconds(5), "mint of the late request", () -> replicas.mints() == 3);
        replicas.awaitRecheck(taken);
        assertThat(replicas.mints())
                .as("the first, that of who took over, the late one, and one to be sure")
                .isEqualTo(4);
        replicas.assertSettled();
        replicas.assertNobodyNoticed(replicas.others(), "killed, and its request late");
    }
}
