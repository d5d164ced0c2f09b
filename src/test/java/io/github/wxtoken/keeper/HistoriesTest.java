package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests random histories of one token against the promises that {@link Witness} checks.
 *
 * <p>Each history has its own seed. The {@code verify} tier runs five hundred of them, {@code simulation} ten thousand.
 */
class HistoriesTest {

    /**
     * The first of five hundred seeds that reach all corner cases. A change of the code that draws other random numbers
     * may need another one.
     */
    private static final long FIRST_SEED = 7500;

    private static final TokenKey KEY = TokenKey.accessToken(ModelWeChat.APPID);
    private static final List<@Nullable Long> STABLE_LIVES =
            Arrays.asList(-1L, 0L, 600L, 3600L, 7200L, 7200L, 7200L, null);
    private static final List<@Nullable Long> LIVES =
            Arrays.asList(-1L, 0L, 1L, 3L, 30L, 60L, 600L, 3600L, 7200L, 7200L, 7201L, 1L << 31, null);

    @ParameterizedTest
    @EnumSource
    void noHistoryBreaksAPromise(Api api) {
        run(api, FIRST_SEED, 500);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("simulation")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void noneOfTenThousandHistoriesBreaksAPromise(Api api) {
        run(api, 0, 10_000);
    }

    /** Returns the corner cases that the histories must reach to prove anything. */
    private static Set<String> corners(Api api) {
        Set<String> corners = new TreeSet<>(Set.of(
                "a report held back by the budget",
                "known to be dead",
                "refused once",
                "reported alive",
                "the budget spent"));
        corners.addAll(
                api == Api.CLASSIC
                        ? Set.of("served on WeChat's word", "served through the overlap")
                        : Set.of("the same again", "forced"));
        return corners;
    }

    private static void run(Api api, long firstSeed, int histories) {
        int served = 0;
        int committed = 0;
        Map<String, Integer> corners = new TreeMap<>();
        for (long seed = firstSeed; seed < firstSeed + histories; seed++) {
            History history = new History(seed, api);
            try {
                history.run();
            } catch (AssertionError e) {
                throw new AssertionError("history " + seed, e);
            }
            served += history.witness.served();
            committed += history.witness.committed();
            history.witness.corners().forEach((corner, times) -> corners.merge(corner, times, Integer::sum));
        }
        System.out.println(histories + " histories of the " + api + " API, " + served + " tokens served, " + committed
                + " committed; " + corners);
        // The histories prove something: tokens were served and replaced throughout.
        assertThat(served).isGreaterThan(20 * histories);
        assertThat(committed).isGreaterThan((api == Api.CLASSIC ? 3 : 1) * histories);
        assertThat(corners).containsKeys(corners(api).toArray(String[]::new));
    }

    private static final class History {
        private final Api api;
        private final Random random;
        private final ManualScheduler time;
        private final Witness witness;
        private final ModelWeChat wechat;
        private final TokenKeeper keeper;
        private final List<CompletableFuture<?>> waiting = new ArrayList<>();

        History(long seed, Api api) {
            this.api = api;
            random = new Random(seed);
            // Some histories cross midnight in Beijing.
            time = new ManualScheduler(Instant.parse("2026-11-22T15:00:00Z").plusSeconds(random.nextInt(7200)));
            int budget = random.nextInt(4) == 0 ? 20 + random.nextInt(40) : 2000;
            witness = new Witness(time, budget, api);
            wechat = new ModelWeChat(time, random, witness, api);
            Account account = new Account("main", ModelWeChat.APPID, api, Set.of(), budget);
            RefreshProperties properties = new RefreshProperties(
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(5),
                    10,
                    Duration.ofSeconds(random.nextInt(4) == 0 ? 0 : 60));
            TokenListener faulty = new EveryEvent(event -> {
                if (random.nextInt(10) == 0) {
                    throw new IllegalStateException("a bug in a listener");
                }
            });
            keeper = new TokenKeeper(
                    new Accounts(List.of(account)),
                    new MemoryTokenStore(time),
                    wechat,
                    properties,
                    time,
                    time,
                    random,
                    "me",
                    List.of(faulty));
        }

        void run() {
            wechat.trouble(random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.8);
            wechat.expiresIn(life());
            keeper.start();
            Instant end = time.instant().plusSeconds(60 + random.nextInt(1200));
            while (time.instant().isBefore(end)) {
                act();
                time.pass(Duration.ofMillis((long) (-Math.log(1 - random.nextDouble()) * 5_000)));
            }
            calmDown();
        }

        private void act() {
            switch (random.nextInt(40)) {
                case 0 -> {
                    wechat.mintOutOfBand();
                    witness.happened("somebody else minted");
                }
                case 1 -> {
                    wechat.kill();
                    witness.happened("killed");
                }
                case 2 -> wechat.trouble(random.nextDouble());
                case 3 -> wechat.expiresIn(life());
                case 4 -> time.jump(Duration.ofSeconds(random.nextInt(random.nextInt(10) == 0 ? 8000 : 90)));
                case 5, 6, 7 -> report(null);
                case 8, 9, 10, 11 -> report(witness.current().isEmpty() ? "never issued" : witness.current());
                case 12, 13 -> report("garbage");
                case 14 -> wechat.swallow(random.nextInt(3) == 0);
                default -> read();
            }
        }

        private void read() {
            follow(keeper.current(KEY).thenAccept(witness::served));
        }

        private void report(@Nullable String refused) {
            witness.reports(refused);
            Instant asked = time.instant();
            follow(keeper.report(KEY, refused).thenAccept(report -> witness.answered(report, asked)));
        }

        private void follow(CompletableFuture<Void> answer) {
            if (!answer.isDone()) {
                waiting.add(answer);
            } else if (answer.isCompletedExceptionally()) {
                fail(answer);
            }
        }

        /**
         * Ends all faults, then asserts that every waiter has an answer and a live token is served again in the end.
         */
        private void calmDown() {
            wechat.trouble(0);
            wechat.swallow(false);
            wechat.expiresIn(7200L);
            time.pass(Duration.ofSeconds(12));
            for (CompletableFuture<?> answer : waiting) {
                assertThat(answer).as("every waiter ends").isDone();
                if (answer.isCompletedExceptionally()) {
                    fail(answer);
                }
            }
            Instant limit = time.instant().plus(Duration.ofHours(26));
            while (!healthy()) {
                assertThat(time.instant()).as("the refresher never stops").isBefore(limit);
                report(null);
                time.pass(Duration.ofMinutes(5));
            }
        }

        private boolean healthy() {
            ServedToken served = keeper.status(KEY).served();
            return served != null && witness.alive(served.token().value(), time.instant());
        }

        private @Nullable Long life() {
            List<@Nullable Long> lives = api == Api.STABLE ? STABLE_LIVES : LIVES;
            return lives.get(random.nextInt(lives.size()));
        }

        /** Allows an answer to fail because no token is available; any other exception is a bug. */
        private void fail(CompletableFuture<?> answer) {
            try {
                answer.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof TokenUnavailableException unavailable) {
                    if (unavailable.overBudget()) {
                        witness.corner("a report held back by the budget");
                    }
                    return;
                }
                throw new AssertionError(e.getCause());
            }
        }
    }
}
