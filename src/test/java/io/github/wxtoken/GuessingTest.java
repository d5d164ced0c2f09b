package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests guessing of keys as fast as the machine allows. */
@ExtendWith(OutputCaptureExtension.class)
final class GuessingTest {

    private static final int GUESSES = 10_000;
    private static final int CONNECTIONS = 200;

    @Test
    void guessersAreRejectedAtOnceAndOthersServed(CapturedOutput output) throws Exception {
        ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(RunningServer.APPID, RunningServer.SECRET);
            try (RunningServer server = RunningServer.start(wechat, Keys.arguments("shop"))) {
                server.callAs(Keys.bearer("shop"));
                server.getUntil("/token", answer -> answer.status() == 200);
                String unauthorized = unauthorized(server);
                String before = output.getAll();
                long heap = usedHeap();

                Map<String, Integer> answers = new ConcurrentHashMap<>();
                AtomicInteger guesses = new AtomicInteger();
                List<Future<?>> guessers = IntStream.range(0, CONNECTIONS)
                        .<Future<?>>mapToObj(i -> connections.submit(() -> guess(server, guesses, answers)))
                        .toList();
                int served = 0;
                while (guesses.get() < GUESSES) {
                    // From the guessers' own address, which a whole office may share.
                    assertThat(server.get("/token").status()).isEqualTo(200);
                    served++;
                }
                for (Future<?> guesser : guessers) {
                    guesser.get();
                }

                assertThat(served).isPositive();
                // Includes the answers that this test keeps.
                assertThat(usedHeap() - heap)
                        .as("bytes of heap more than before")
                        .isLessThan(16_000_000);
                assertThat(answers.values().stream().mapToInt(Integer::intValue).sum())
                        .isGreaterThanOrEqualTo(GUESSES);
                // Only two different answers, which reveal nothing more.
                assertThat(answers).hasSize(2).containsKey(unauthorized);
                assertThat(answers.keySet()).anyMatch(answer -> answer.startsWith("429 "));
                String log = output.getAll().substring(before.length());
                assertThat(log.lines()).hasSizeLessThan(50);
                assertThat(log).doesNotContain("guess-");
            }
        } finally {
            connections.shutdownNow();
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void guess(RunningServer server, AtomicInteger guesses, Map<String, Integer> answers) {
        for (int i = guesses.incrementAndGet(); i <= GUESSES; i = guesses.incrementAndGet()) {
            Answer answer = server.send("GET", "/token", BodyPublishers.noBody(), "Authorization", "Bearer guess-" + i);
            answers.merge(answer.toString(), 1, Integer::sum);
        }
    }

    private static String unauthorized(RunningServer server) {
        return server.send("GET", "/token", BodyPublishers.noBody(), "Authorization", "Bearer x")
                .toString();
    }
}
