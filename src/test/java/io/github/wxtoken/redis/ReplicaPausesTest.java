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
import org.junit.jupiter.api.io.TempDir;

/** The replica that fetches the next token stands still for a minute, and then goes on as if nothing had happened. */
@Tag("soak")
class ReplicaPausesTest {

    private static final Duration PAUSE = Duration.ofSeconds(60);

    /** The life of a token whose refresh is soon due, and that is good for a little more than the overlap then. */
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
        // A report would have the holder look at the token first, and find that host wanting.
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
        replicas.strike(Fault.ANSWER_HELD);
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

    /** Stops the holder for a minute; gives the time of the mint of who took over. */
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
