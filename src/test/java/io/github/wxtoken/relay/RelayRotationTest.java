package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Tests that callers of the relay notice neither planned refreshes nor dead tokens, however many calls there are. */
final class RelayRotationTest {

    private static final int THREADS = 8;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final AtomicInteger number = new AtomicInteger();
    private final Queue<Integer> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final AtomicInteger healed = new AtomicInteger();
    private volatile boolean over;

    @Test
    void noCallFailsAndNoneIsExecutedTwice() throws Exception {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            Account account = wechat.account(APPID, SECRET);
            try (RunningServer server =
                    RunningServer.start(wechat, Keys.arguments("shop", "relay=/cgi-bin/message/**"))) {
                server.callAs(Keys.bearer("shop"));
                server.getUntil("/token", answer -> answer.status() == 200);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS);
                try {
                    List<Future<?>> callers = new ArrayList<>();
                    for (int i = 0; i < THREADS; i++) {
                        boolean sized = i % 2 == 0;
                        callers.add(threads.submit(() -> callUntilOver(wechat, server, sized)));
                    }
                    for (int round = 0; round < 2; round++) {
                        awaitCalls();
                        int mints = wechat.journal().mints(APPID);
                        String token = server.token();
                        wechat.clock().advance(Duration.ofMinutes(111));
                        server.getUntil("/token", answer -> !answer.json()
                                .path("access_token")
                                .asString()
                                .equals(token));
                        awaitCalls();
                        assertThat(wechat.journal().mints(APPID)).isEqualTo(mints + 1);

                        int before = healed.get();
                        wechat.clock().advance(Duration.ofSeconds(30));
                        account.kill();
                        await(() -> healed.get() > before);
                        awaitCalls();
                        assertThat(wechat.journal().mints(APPID)).isEqualTo(mints + 2);
                    }
                    over = true;
                    for (Future<?> caller : callers) {
                        caller.get(60, TimeUnit.SECONDS);
                    }
                } finally {
                    over = true;
                    threads.shutdownNow();
                }
                assertThat(errors).isEmpty();
                List<Integer> executed = wechat.business().executed().stream()
                        .map(request -> Integer.valueOf(request.getUrl().queryParameter("number")))
                        .toList();
                assertThat(executed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(accepted);
                assertThat(wechat.journal().mints(APPID)).isEqualTo(5);
            }
        }
    }

    private void callUntilOver(WeChatSimulator wechat, RunningServer server, boolean sized) {
        Instant granted = Instant.MIN;
        String token = "";
        while (!over) {
            Instant now = wechat.clock().instant();
            if (granted.isBefore(now.minusSeconds(60))) {
                // As an SDK does. A relay token lasts longer than each jump of the clock.
                Answer answer = server.get("/relay/cgi-bin/token?grant_type=client_credential&appid=" + APPID
                        + "&secret=" + Keys.of("shop"));
                token = answer.json().path("access_token").asString();
                granted = now;
            }
            int call = number.incrementAndGet();
            byte[] body = "{\"touser\":\"o\"}".repeat(sized ? 1 : 7_000).getBytes(StandardCharsets.UTF_8);
            Answer answer = server.send(
                    "POST",
                    "/relay/cgi-bin/message/template/send?number=" + call + "&access_token=" + token,
                    sized
                            ? BodyPublishers.ofByteArray(body)
                            : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
            if (!answer.header("X-Wxtoken-Healed").isEmpty()) {
                healed.incrementAndGet();
            }
            if (answer.status() == 200 && answer.json().path("errcode").asInt(-99) == 0) {
                accepted.add(call);
            } else {
                errors.add(call + ": " + answer);
            }
        }
    }

    /** Waits until each thread has most likely made several calls. */
    private void awaitCalls() {
        int goal = accepted.size() + 10 * THREADS;
        await(() -> accepted.size() >= goal);
    }

    private void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(errors).isEmpty();
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
