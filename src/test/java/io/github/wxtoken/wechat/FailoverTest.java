package io.github.wxtoken.wechat;

import static io.github.wxtoken.simulator.CallKind.TOKEN;
import static io.github.wxtoken.wechat.TestClient.APPID;
import static io.github.wxtoken.wechat.TestClient.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Call;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests which hosts a fetch tries and when it stops sending. */
class FailoverTest {

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final URI first = simulator.hosts().get(0);
    private final URI second = simulator.hosts().get(1);
    private final TestClient client = TestClient.of(simulator.hosts());

    FailoverTest() {
        simulator.account(APPID, SECRET);
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    @Test
    void takesTheNextHostWhenOneIsDown() {
        simulator.host(0).down();

        client.fetch();

        assertThat(hostsCalled()).containsExactly(1);
    }

    @Test
    void takesTheNextHostWhenANameDoesNotResolve() {
        try (TestClient other = TestClient.of(List.of(URI.create("https://wechat.invalid"), second))) {
            other.fetch();
        }
        assertThat(hostsCalled()).containsExactly(1);
    }

    @Test
    void takesTheNextHostWhenTlsFails() {
        try (TestClient other = TestClient.of(List.of(simulator.hostWithBrokenTls(), second))) {
            other.fetch();
        }
        assertThat(hostsCalled()).containsExactly(1);
    }

    /**
     * The kernel accepts the connection but no server speaks TLS. The time limit must cover the whole connect, not
     * only its first step.
     */
    @Test
    void takesTheNextHostWhenTlsHangs() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI host = URI.create("https://127.0.0.1:" + silent.getLocalPort());
            try (TestClient other = TestClient.of(List.of(host, second), Duration.ofMillis(200), TestClient.LONG)) {
                other.fetch();
            }
            assertThat(hostsCalled()).containsExactly(1);
            try (TestClient other = TestClient.of(List.of(host), Duration.ofMillis(200), TestClient.LONG)) {
                assertThat(other.failure().text()).isEqualTo("connect to 127.0.0.1:" + host.getPort() + " timed out");
            }
        }
    }

    @Test
    void saysOfEachHostWhyItCouldNotBeConnectedTo() {
        simulator.host(1).down();
        List<URI> hosts = List.of(URI.create("https://wechat.invalid"), simulator.hostWithBrokenTls(), second);
        try (TestClient other = TestClient.of(hosts)) {
            TokenSourceException failure = other.failure();

            assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
            assertThat(failure.advice()).isEqualTo(Advice.RETRY_SOON);
            assertThat(failure.text().split("; "))
                    .satisfiesExactly(
                            text -> assertThat(text).isEqualTo("the name wechat.invalid does not resolve"),
                            text -> assertThat(text).startsWith("TLS handshake with 127.0.0.1:"),
                            text -> assertThat(text)
                                    .isEqualTo("connect to 127.0.0.1:" + second.getPort()
                                            + " failed: Connection refused"));
            assertThat(failure.hint()).isEqualTo(Hints.EGRESS);
        }
    }

    @Test
    void cutsTheDescriptionOfManyHosts() {
        List<URI> hosts = IntStream.range(0, 10)
                .mapToObj(i -> URI.create("https://" + "name".repeat(10) + i + ".invalid"))
                .toList();
        try (TestClient other = TestClient.of(hosts)) {
            assertThat(other.failure().text())
                    .startsWith("the name namename")
                    .endsWith("…")
                    .hasSize(200);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DROPPED", "RESET", "LOST_DROPPED", "LOST_HALF_BODY", "HTTP_502", "LOGIN_PAGE", "SYSTEM_BUSY"})
    void asksNoOtherHostOnceItHasSent(Fault fault) {
        simulator.faults().at(simulator.host(0)).always(fault);

        client.failure();
        assertThat(hostsCalled()).as("one attempt").containsExactly(0);

        client.fetch();
        assertThat(hostsCalled()).as("the next goes elsewhere").containsExactly(0, 1);

        client.clock().advance(Duration.ofSeconds(61));
        client.failure();
        assertThat(hostsCalled()).as("a minute later all is forgotten").containsExactly(0, 1, 0);
    }

    @Test
    void staysWithAHostThatRefusesForGoodReason() {
        simulator.faults().on(TOKEN).next(Fault.DAILY_QUOTA_REACHED, 1);

        client.failure();
        client.fetch();

        assertThat(hostsCalled()).containsExactly(0, 0);
    }

    @Test
    void sendsNothingWithoutPermission() {
        TokenSourceException failure = client.failure(() -> false);

        assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
        assertThat(failure.text()).isEqualTo("not sent: no time left");
        assertThat(hostsCalled()).isEmpty();
    }

    /** A process may be suspended while it connects: the permission must still hold just before the first byte. */
    @Test
    void sendsNothingWhenThePermissionEndsWhileItConnects() {
        TokenSourceException failure = client.failure(allowed(1));

        assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
        assertThat(failure.text()).isEqualTo("not sent: no time left");
        assertThat(hostsCalled()).isEmpty();

        client.fetch();
        assertThat(hostsCalled()).as("the host is not to blame").containsExactly(0);
    }

    @Test
    void triesNoOtherHostWithoutPermission() {
        try (TestClient other = TestClient.of(List.of(URI.create("https://wechat.invalid"), second))) {
            TokenSourceException failure = other.failure(allowed(1));

            assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
            assertThat(failure.text()).isEqualTo("the name wechat.invalid does not resolve; not sent: no time left");
        }
        assertThat(hostsCalled()).isEmpty();
    }

    /** A blocked thread, for example on an unresponsive name server, must not prolong the claim. */
    @Test
    void reportsInTimeAndNeverSendsLaterWhenItsThreadIsHeldUp() throws InterruptedException {
        CountDownLatch resumed = new CountDownLatch(1);
        AtomicReference<Thread> held = new AtomicReference<>();
        BooleanSupplier heldUp = () -> {
            held.set(Thread.currentThread());
            awaitUninterruptibly(resumed);
            return true;
        };
        try (TestClient hasty = TestClient.of(List.of(first), Duration.ofMillis(100))) {
            assertThat(hasty.failure(heldUp).outcome()).isEqualTo(CallOutcome.NOT_SENT);
            resumed.countDown();
        }
        held.get().join();
        assertThat(simulator.journal().mints(APPID)).isZero();
    }

    private List<Integer> hostsCalled() {
        return simulator.journal().calls().stream().map(Call::host).toList();
    }

    private static BooleanSupplier allowed(int times) {
        AtomicInteger left = new AtomicInteger(times);
        return () -> left.getAndDecrement() > 0;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // Not interruptible, on purpose.
            }
        }
    }
}
