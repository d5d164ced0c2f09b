package io.github.wxtoken.redis;

import static io.github.wxtoken.RunningServer.APPID;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that callers of the relay notice neither refreshes, nor dead tokens, nor replicas that end. */
@Tag("processes")
class ReplicasRelayTest {

    private final RealRedis redis = new RealRedis();
    private final Replicas replicas;
    private RelayCalls calls;

    ReplicasRelayTest(@TempDir Path directory) {
        replicas = new Replicas(directory);
    }

    @BeforeEach
    void start() {
        for (int i = 0; i < 2; i++) {
            replicas.add(
                            List.of(),
                            Stream.of(
                                            Keys.arguments("shop", "relay=/cgi-bin/message/**"),
                                            Keys.arguments("ops", "operator=true"),
                                            new String[] {
                                                "--spring.data.redis.host=127.0.0.1",
                                                "--spring.data.redis.port=" + redis.port()
                                            })
                                    .flatMap(Stream::of)
                                    .toArray(String[]::new))
                    .callAs(Keys.bearer("ops"));
        }
        replicas.all.forEach(this::awaitReady);
        // Each tenth call takes long enough to be in progress whenever something happens.
        replicas.wechat.business().answer(call -> {
            String number = call.getUrl().queryParameter("number");
            return BusinessCalls.json("{\"errcode\":0}")
                    .newBuilder()
                    .headersDelay(number != null && number.endsWith("0") ? 500 : 0, TimeUnit.MILLISECONDS)
                    .build();
        });
        String relayToken = replicas.all
                .get(0)
                .json("/relay/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret=" + Keys.of("shop"))
                .path("access_token")
                .asString();
        calls = new RelayCalls(replicas.all, relayToken);
        awaitCalls(50);
        assertThat(replicas.mints()).isEqualTo(1);
    }

    @AfterEach
    void close() {
        try {
            // Null if the start failed.
            if (calls != null) {
                calls.close();
            }
        } finally {
            try {
                replicas.close();
            } finally {
                redis.close();
            }
        }
    }

    @Test
    void nobodyNoticesARotationADeadTokenAndRestarts() throws Exception {
        replicas.all.get(0).orderRefresh();
        replicas.until(Duration.ofSeconds(20), "refresh", () -> replicas.mints() == 2);
        awaitCalls(50);

        // A token that is younger is not replaced.
        replicas.pass(Duration.ofSeconds(6));
        replicas.account.kill();
        replicas.until(Duration.ofSeconds(20), "healed call", () -> calls.ended().stream()
                .anyMatch(RelayCalls.Ended::healed));
        awaitCalls(100);
        assertThat(replicas.mints()).as("one each").isEqualTo(3);

        for (ReplicaProcess replica : replicas.all) {
            assertThat(replica.terminate()).isEqualTo(143);
            awaitCalls(50);
            replica.startAgain();
            awaitReady(replica);
        }
        awaitAnsweredByAll();
        calls.close();
        assertThat(calls.ended()).filteredOn(call -> !call.isAccepted()).isEmpty();
        assertThat(executed()).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(numbers(calls.ended()));
        assertThat(replicas.mints()).isEqualTo(3);
    }

    /** A client cannot know whether WeChat has executed the calls that were in progress at the replica. */
    @Test
    void aKilledReplicaLosesOnlyTheCallsInProgress() {
        ReplicaProcess killed = replicas.all.get(0);
        Instant before = Instant.now();
        killed.kill();
        Instant gone = Instant.now();
        awaitCalls(100);
        Instant back = Instant.now();
        killed.startAgain();
        awaitReady(killed);
        awaitAnsweredByAll();
        calls.close();
        List<RelayCalls.Ended> failed =
                calls.ended().stream().filter(call -> !call.isAccepted()).toList();
        System.out.printf(
                "killed: %d of %d calls failed%n", failed.size(), calls.ended().size());
        assertThat(failed).allSatisfy(call -> {
            assertThat(call.replica()).isSameAs(killed);
            assertThat(call.begun()).isBefore(gone);
            assertThat(call.end()).isAfter(before);
        });
        // There may be no failed call. But the other replica must have answered all meanwhile, except those in
        // progress.
        assertThat(calls.ended())
                .filteredOn(call -> call.begun().isAfter(gone) && call.end().isBefore(back))
                .hasSizeGreaterThanOrEqualTo(50)
                .allSatisfy(call -> {
                    assertThat(call.replica()).isSameAs(replicas.all.get(1));
                    assertThat(call.isAccepted()).as(call.toString()).isTrue();
                });
        assertThat(executed())
                .doesNotHaveDuplicates()
                .containsAll(numbers(calls.ended().stream()
                        .filter(RelayCalls.Ended::isAccepted)
                        .toList()));
        assertThat(replicas.mints()).isEqualTo(1);
    }

    private void awaitReady(ReplicaProcess replica) {
        replica.url();
        replicas.until(Duration.ofSeconds(60), "readiness", replica::isReady);
    }

    private void awaitCalls(int more) {
        int goal = calls.ended().size() + more;
        replicas.until(Duration.ofSeconds(60), "calls", () -> calls.ended().size() >= goal);
    }

    private void awaitAnsweredByAll() {
        Instant now = Instant.now();
        replicas.until(Duration.ofSeconds(60), "calls at all replicas", () -> replicas.all.stream()
                .allMatch(replica -> calls.answered(replica, now) >= 10));
    }

    private List<Integer> executed() {
        return replicas.wechat.business().executed().stream()
                .map(call -> Integer.valueOf(call.getUrl().queryParameter("number")))
                .toList();
    }

    private static List<Integer> numbers(Collection<RelayCalls.Ended> of) {
        return of.stream().map(RelayCalls.Ended::number).toList();
    }
}
