package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** Tests readers, reporters and the refresher on many real threads at once. */
class RaceTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");
    private static final int THREADS = 32;

    /** Advances only in the test, so that the interval between two mints does not depend on speed. */
    private final AtomicLong millis = new AtomicLong(1_795_312_345_678L);

    private final CountingSource wechat = new CountingSource();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService callers = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void stop() {
        callers.shutdownNow();
        timer.shutdownNow();
    }

    @RepeatedTest(20)
    void allCallersShareOneFetchAndAllReportersAnother() throws Exception {
        InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
        TokenKeeper keeper = new TokenKeeper(
                new Accounts(List.of(new Account("main", KEY.appid(), Api.CLASSIC, Set.of(), 2000))),
                new MemoryTokenStore(clock),
                wechat,
                new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ZERO),
                clock,
                timer,
                () -> 0,
                "me",
                List.of());
        keeper.start();
        Set<String> first = all(500, () -> keeper.current(KEY))
                .map(answer -> answer.token().value())
                .collect(Collectors.toSet());
        assertThat(first).containsExactly("token 1");

        millis.addAndGet(30_000);
        wechat.current = "";
        Set<String> second = all(500, () -> keeper.report(KEY, "token 1"))
                .map(answer -> answer.served().token().value())
                .collect(Collectors.toSet());
        assertThat(second).containsExactly("token 2");
        assertThat(wechat.mints).hasValue(2);
        assertThat(wechat.probes).hasValue(1);
    }

    /** Makes calls on all threads at once and returns their answers. */
    private <T> Stream<T> all(int calls, Callable<CompletableFuture<T>> call) throws Exception {
        List<Future<CompletableFuture<T>>> made = callers.invokeAll(Collections.nCopies(calls, call));
        List<T> answers = new ArrayList<>();
        for (Future<CompletableFuture<T>> answer : made) {
            answers.add(answer.get().get(30, TimeUnit.SECONDS));
        }
        return answers.stream();
    }

    /** A source that mints and judges on other threads, as the real one does. */
    private static final class CountingSource implements TokenSource {
        private final AtomicInteger mints = new AtomicInteger();
        private final AtomicInteger probes = new AtomicInteger();
        private volatile String current = "";

        @Override
        public CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend) {
            return CompletableFuture.supplyAsync(() -> {
                current = "token " + mints.incrementAndGet();
                return new Fetched(current, 7200L);
            });
        }

        @Override
        public CompletionStage<Verdict> probe(TokenKey key, String value) {
            return CompletableFuture.supplyAsync(() -> {
                probes.incrementAndGet();
                return value.equals(current) ? Verdict.ALIVE : Verdict.SUPERSEDED;
            });
        }
    }
}
