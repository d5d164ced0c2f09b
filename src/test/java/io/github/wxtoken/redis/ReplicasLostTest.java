package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.token.TokenKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests replicas in their own processes that are killed and restarted and lose their Redis, under load. */
@Tag("processes")
class ReplicasLostTest {

    private final Replicas replicas;

    ReplicasLostTest(@TempDir Path directory) {
        replicas = new Replicas(directory);
    }

    @AfterEach
    void close() {
        replicas.close();
    }

    @Test
    void theOneThatFetchesIsKilled() {
        try (RealRedis redis = new RealRedis()) {
            replicas.start(redis);
            replicas.inject(Fault.ANSWER_HELD);
            Instant hastened = replicas.hastenByHolder();
            replicas.wechat.faults().awaitHeld(1);
            replicas.holder().kill();
            replicas.releaseLinks();
            replicas.wechat.faults().release();
            replicas.holder().startAgain();
            replicas.awaitTakeover(hastened);
            assertThat(replicas.mints())
                    .as("the first, the one that was lost, and that of who took over")
                    .isEqualTo(3);
            replicas.others().forEach(replica -> assertThat(replica.nextRefresh())
                    .as("once more to be sure, and not before")
                    .isBetween(
                            // Three seconds for the call to WeChat, and one because the time is in whole seconds.
                            replicas.lastMint().plus(Replicas.OVERLAP).minusSeconds(4),
                            replicas.lastMint().plus(Replicas.OVERLAP)));
            replicas.awaitReady(replicas.holder());
            replicas.agree(replicas.all);
            assertThat(replicas.mints()).isEqualTo(3);
            replicas.assertNobodyNoticed(replicas.others(), "killed while it fetched");
        }
    }

    /**
     * All replicas are restarted first and the primary is lost after that: this makes use of the waiting time in
     * between.
     */
    @Test
    void allAreRestartedOneByOneAndThenThePrimaryRedisIsLostWhileATokenIsFetched() {
        try (SentinelRedis redis = new SentinelRedis()) {
            for (int i = 0; i < 3; i++) {
                replicas.add(
                        List.of(),
                        "--spring.data.redis.sentinel.master=" + SentinelRedis.NAME,
                        "--spring.data.redis.sentinel.nodes=" + redis.nodes());
            }
            replicas.serve();
            restartOneByOne();
            replicas.until(Duration.ofSeconds(30), "sentinels that know each other", redis::ready);
            replicas.serve();
            losePrimary(redis);
        }
    }

    private void restartOneByOne() {
        for (ReplicaProcess replica : replicas.all) {
            assertThat(replica.terminate()).isEqualTo(143);
            replica.startAgain();
            replicas.awaitReady(replica);
            replicas.agree(replicas.all);
        }
        assertThat(replicas.mints()).as("none was due").isEqualTo(1);
        replicas.assertSettled();
        replicas.assertNobodyNoticed(List.of(), "restarted one by one");
    }

    private void losePrimary(SentinelRedis redis) {
        String record = RedisKeys.record(TokenKey.accessToken(RunningServer.APPID));
        replicas.awaitSettled();
        replicas.inject(Fault.ANSWER_HELD);
        replicas.hasten(replicas.holder());
        replicas.wechat.faults().awaitHeld(1);
        replicas.until(Duration.ofSeconds(5), "claim at the standby", () -> redis.standbyHasClaim(record));
        redis.losePrimary();
        replicas.wechat.faults().release();
        Instant lost = Instant.now();
        replicas.until(Duration.ofSeconds(30), "failover", redis::failedOver);
        System.out.printf("failover after %s%n", Duration.between(lost, Instant.now()));
        replicas.agree(replicas.all);
        replicas.until(
                Duration.ofSeconds(10), "recovery", () -> replicas.all.stream().noneMatch(ReplicaProcess::isDegraded));
        System.out.printf("recovered after %s%n", Duration.between(lost, Instant.now()));
        assertThat(replicas.mints())
                .as("the first, and the one that came while Redis was away")
                .isEqualTo(2);
        replicas.assertSettled();
        replicas.assertNobodyNoticed(replicas.all, "primary lost");
    }
}
