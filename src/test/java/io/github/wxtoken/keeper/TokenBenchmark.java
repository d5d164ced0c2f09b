package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Records;
import io.github.wxtoken.token.RefreshPolicy;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenSource.Fetched;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the cost of serving a token, of refreshing a record and of checking all accounts once a second. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
// The image's garbage collector: with many accounts, most of the time depends on where it has moved their objects. All
// pages of the heap are touched beforehand, because page faults would be measured too.
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseG1GC", "-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
public class TokenBenchmark {

    /** Serves the token of one account after another. */
    @Benchmark
    public CompletableFuture<ServedToken> current(Kept kept) {
        return kept.keeper.current(kept.nextKey());
    }

    /** Runs a tick with nothing due, as almost all ticks; includes the small cost of the timer. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public void tick(Kept kept) {
        kept.timer.pass(Duration.ofSeconds(1));
    }

    /** Claims a planned refresh and commits it. */
    @Benchmark
    public TokenRecord refresh(Due due) {
        TokenRecord claimed = due.record.claim("me", due.at, due.policy);
        return claimed.commit(Records.claim(claimed), due.fetched, due.answered, due.policy, due.draw);
    }

    /** A keeper on the server's clock whose accounts all have a fresh token. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init")
    public static class Kept {

        @Param({"1", "100", "10000", "100000"})
        public int accounts;

        private final ManualScheduler timer = new ManualScheduler(Instant.EPOCH);
        private final HandFedSource wechat = new HandFedSource();
        private TokenKeeper keeper;
        private List<TokenKey> keys;
        private int next;

        @Setup
        public void fetchAll() {
            InstantSource clock = new SteadyClock(InstantSource.system(), System::nanoTime);
            MemoryTokenStore store = new MemoryTokenStore(clock);
            List<Account> all = new ArrayList<>();
            keys = new ArrayList<>();
            for (int i = 0; i < accounts; i++) {
                all.add(new Account("account" + i, "wx" + i, Api.CLASSIC, Set.of(), 2000));
                TokenKey key = TokenKey.accessToken("wx" + i);
                store.replace(key, store.load(key), Records.minted(clock.instant(), 7200L));
                keys.add(key);
            }
            // In an order that processor caches cannot predict.
            Collections.shuffle(keys, new Random(1));
            // The watchdog starts only after the measurement.
            Duration watchdog = Duration.ofHours(1);
            keeper = new TokenKeeper(
                    new Accounts(all),
                    store,
                    wechat,
                    new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, watchdog),
                    clock,
                    timer,
                    () -> 0,
                    "me",
                    List.of());
            keeper.start();
            timer.pass(Duration.ZERO);
        }

        TokenKey nextKey() {
            next = next + 1 < keys.size() ? next + 1 : 0;
            return keys.get(next);
        }

        /** Checks that every call was served and no fetch or probe was made. */
        @TearDown
        public void check() {
            boolean served = keys.stream()
                    .map(keeper::current)
                    .allMatch(token -> token.isDone() && !token.isCompletedExceptionally());
            if (!served || !wechat.fetches().isEmpty() || !wechat.probes().isEmpty()) {
                throw new IllegalStateException("not all tokens were there, or something was due");
            }
        }
    }

    /** A record whose planned refresh is due. It uses fields, because the compiler would fold constants. */
    @State(Scope.Thread)
    public static class Due {
        private TokenRecord record = Records.minted();
        private RefreshPolicy policy = Records.POLICY;
        private Instant at = Records.at(6600);
        private Instant answered = Records.at(6601);
        private Fetched fetched = new Fetched("t2", 7200L);
        private double draw = 0.5;
    }
}
