package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.TokenLife;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs minutes of load in real time through repeated rotations. Runs only in the profile {@code soak}. */
@Tag("soak")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SoakTest {

    private static final int CONNECTIONS = 32;
    private static final Duration LIFE = Duration.ofSeconds(30);
    private static final Duration LENGTH = Duration.ofMinutes(3);

    private final AtomicLong answers = new AtomicLong();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();

    @Test
    void everyAnswerIsATokenThatWeChatAcceptsAtThatMoment() throws Exception {
        ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
        try (WeChatSimulator wechat =
                WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            wechat.account(APPID, SECRET).tokenLife(LIFE);
            try (RunningServer server = RunningServer.start(wechat)) {
                Instant end = Instant.now().plus(LENGTH);
                List<Future<?>> loads = IntStream.range(0, CONNECTIONS)
                        .<Future<?>>mapToObj(i -> connections.submit(() -> load(wechat, server, end)))
                        .toList();
                for (Future<?> load : loads) {
                    load.get();
                }
            }
            System.out.printf(
                    "soak: %d answers in %s on %d connections, all 200 and alive; %d tokens, %d mints%n",
                    answers.get(),
                    LENGTH,
                    CONNECTIONS,
                    tokens.size(),
                    wechat.journal().mints(APPID));
            assertThat(tokens).hasSizeGreaterThanOrEqualTo((int) (LENGTH.toSeconds() / LIFE.toSeconds()));
            assertThat(wechat.journal().mints(APPID)).isEqualTo(tokens.size());
        } finally {
            connections.shutdownNow();
        }
    }

    private void load(WeChatSimulator wechat, RunningServer server, Instant end) {
        for (Instant asked = Instant.now(); asked.isBefore(end); asked = Instant.now()) {
            Answer answer = server.get("/token");
            Instant answered = Instant.now();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            String token = answer.json().path("access_token").asString();
            TokenLife life = wechat.platform().life(token).orElseThrow();
            // It was served at some time between request and answer.
            assertThat(life.diesAt()).as("%s, asked at %s", life, asked).isAfter(asked);
            assertThat(life.issuedAt()).isBeforeOrEqualTo(answered);
            tokens.add(token);
            answers.incrementAndGet();
        }
    }
}
