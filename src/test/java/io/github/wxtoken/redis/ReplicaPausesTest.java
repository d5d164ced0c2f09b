package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a replica that is suspended for a minute while it fetches the next token and then goes on unaware of it. */
@Tag("soak")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ReplicaPausesTest {

    private static final Duration PAUSE = Duration.ofSeconds(60);

    /** The lifetime of a token whose refresh is due soon and that then lasts a little longer than the overlap. */
    private static final Duration SHORT_LIFE = Duration.ofSeconds(130);

    private final RealRedis redis = new RealRedis();
    private final BlackHole blackHole = new BlackHole();

    private final Replicas replicas;

    ReplicaPausesTest(@TempDir Path directory) {
        replicas = new Replicas(directory);
    }

    @AfterEach
    void close() {
        replicas.close();
        blackHole.close();
        redis.close();
    }

    @Test
    void withItsClaimWrittenAndNotYetConfirmed() {
        replicas.start(redis);
        CompletableFuture<Void> claimed = replicas.linkOfHolder().holdAnswerTo("\"claim\":{");
        Instant hastened = replicas.hastenByHolder();
        claimed.orTimeout(20, TimeUnit.SECONDS).join();
        Instant taken = pause(hastened);
        replicas.agree(replicas.all);
        assertThat(replicas.mints()).as("the first, and that of who took over").isEqualTo(2);
        replicas.awaitRecheck(taken);
        replicas.assertSettled();
        assertThat(replicas.mints()).as("and one to be sure").isEqualTo(3);
        replicas.assertNobodyNoticed(replicas.others(), "stopped at the claim");
    }

    @Test
    void beforeItsRequestIsSent() {
        // After a report the holder would probe the token first and find that host unusable.
        replicas.account.tokenLife(SHORT_LIFE);
        replicas.start(redis, blackHole.url());
        Instant planned = replicas.refreshByHolder();
        blackHole.swallow();
        Instant taken = pause(planned);
        replicas.agree(replicas.all);
        assertThat(replicas.mints()).as("the first, and that of who took over").isEqualTo(2);
        replicas.awaitRecheck(taken);
        replicas.assertSettled();
        assertThat(replicas.mints()).as("and one to be sure").isEqualTo(3);
        replicas.assertNobodyNoticed(replicas.others(), "stopped before sending");
    }

    @Test
    void afterWeChatHasAnswered() {
        replicas.start(redis);
        replicas.inject(Fault.ANSWER_HELD);
        Instant hastened = replicas.hastenByHolder();
        replicas.wechat.faults().awaitHeld(1);
        assertThat(replicas.mints()).as("the first, and the one that is held").isEqualTo(2);
        Instant taken = pause(hastened);
        replicas.agree(replicas.all);
        assertThat(replicas.mints()).as("and that of who took over").isEqualTo(3);
        replicas.awaitRecheck(taken);
        replicas.assertSettled();
        assertThat(replicas.mints())
                .as("and one to be sure, which the late answer asks for too")
                .isEqualTo(4);
        replicas.assertNobodyNoticed(replicas.others(), "stopped after the answer");
    }

    /** Suspends the holder for a minute; returns the time of the mint by the replica that took over. */
    private Instant pause(Instant claimed) {
        int mints = replicas.mints();
        replicas.holder().freeze();
        Instant frozen = Instant.now();
        replicas.releaseLinks();
        replicas.wechat.faults().release();
        Instant taken = replicas.awaitTakeover(claimed);
        replicas.pass(Duration.between(Instant.now(), frozen.plus(PAUSE)));
        assertThat(replicas.mints()).isEqualTo(mints + 1);
        replicas.holder().thaw();
        return taken;
    }
}
