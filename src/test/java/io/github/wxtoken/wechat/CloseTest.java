package io.github.wxtoken.wechat;

import static io.github.wxtoken.wechat.TestClient.APPID;
import static io.github.wxtoken.wechat.TestClient.KEY;
import static io.github.wxtoken.wechat.TestClient.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.TokenSource.FetchRequest;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests how the client shuts down and uses its threads. */
class CloseTest {

    /** More than the number of threads, so that some calls wait for one. */
    private static final int CALLS = 70;

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final TestClient client = TestClient.of(simulator.hosts());

    CloseTest() {
        simulator.account(APPID, SECRET);
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    @Test
    void endsEveryCallAndEveryThread() throws InterruptedException {
        List<Thread> before = TestClient.threads();
        simulator.faults().always(Fault.HELD);
        var fetches = Stream.generate(() -> client.client().fetch(FetchRequest.of(KEY), () -> true))
                .limit(CALLS)
                .map(stage -> stage.toCompletableFuture())
                .toList();
        CompletableFuture<Verdict> probe = client.client().probe(KEY, "any").toCompletableFuture();
        simulator.faults().awaitHeld(33);
        List<Thread> threads = TestClient.threads().stream()
                .filter(thread -> !before.contains(thread))
                .toList();
        assertThat(threads)
                .allMatch(Thread::isDaemon)
                .extracting(Thread::getName)
                .contains("wechat-1", "wechat-33", "wechat-timer-1")
                .doesNotContain("wechat-34");

        client.close();

        assertThat(fetches)
                .extracting(fetch -> TestClient.failure(fetch::join).outcome())
                .containsOnly(CallOutcome.UNKNOWN, CallOutcome.NOT_SENT)
                .filteredOn(outcome -> outcome == CallOutcome.UNKNOWN)
                .hasSize(32);
        assertThat(probe.join()).isEqualTo(Verdict.INCONCLUSIVE);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void sendsNothingOnceItIsClosed() {
        client.close();

        assertThat(client.failure().outcome()).isEqualTo(CallOutcome.NOT_SENT);
        assertThat(client.probe("any")).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(simulator.journal().calls()).isEmpty();
    }

    /** Hanging probes must not delay a fetch. */
    @Test
    void fetchesWhileAllProbesHang() {
        simulator.faults().on(CallKind.PROBE).always(Fault.HELD);
        for (int i = 0; i < CALLS; i++) {
            client.client().probe(KEY, "any");
        }
        simulator.faults().awaitHeld(32);

        assertThat(client.fetch().expiresIn()).isEqualTo(7200);
    }
}
