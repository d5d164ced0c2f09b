package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Tests what clients with a kept connection notice while a server closes. */
final class ConnectionDrainTest {

    private static final String REQUEST = "GET /token HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @Test
    void keptConnectionsEndWithAnAnswerAndNewOnesAreStillAccepted() throws InterruptedException {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            RunningServer server = RunningServer.start(
                    wechat,
                    List.of(APPID),
                    // Longer than this test needs on any machine.
                    context -> context.registerBean(
                            "longDrain",
                            DrainTime.class,
                            () -> new DrainTime(Duration.ofMinutes(5)),
                            bean -> bean.setPrimary(true)),
                    "--spring.lifecycle.timeout-per-shutdown-phase=5m");
            Thread closing = new Thread(server::close);
            try (Wire kept = new Wire(server.url().getPort())) {
                server.token();
                String answer = kept.send(REQUEST).receiveAnswer();
                assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContain("Connection: close");

                closing.start();
                while (!isClosed(answer)) {
                    assertThat(closing.isAlive()).isTrue();
                    LockSupport.parkNanos(10_000_000);
                    answer = kept.send(REQUEST).receiveAnswer();
                    assertThat(answer).startsWith("HTTP/1.1 200 ");
                }
                assertThat(kept.receive()).as("after the last answer").isEmpty();

                try (Wire late = new Wire(server.url().getPort())) {
                    assertThat(late.send(REQUEST).receive())
                            .startsWith("HTTP/1.1 200 ")
                            .contains("Connection: close");
                }
                assertThat(closing.isAlive()).as("still draining").isTrue();
            } finally {
                // Ends the wait for the drain.
                closing.interrupt();
                closing.join();
                server.close();
            }
        }
    }

    private static boolean isClosed(String answer) {
        return answer.contains("Connection: close");
    }
}
