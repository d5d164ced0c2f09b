package io.github.wxtoken.keeper;

import static io.github.wxtoken.keeper.ModelTickets.TICKET;
import static io.github.wxtoken.keeper.ModelTickets.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests random histories of a ticket and the access_token it is fetched with, against the checks of {@link
 * ModelTickets}.
 *
 * <p>Each history has its own seed. The {@code verify} tier runs three hundred of them, {@code simulation} ten
 * thousand.
 */
class TicketHistoriesTest {

    @Test
    void noHistoryBreaksAPromise() {
        run(300);
    }

    @Test
    @Tag("simulation")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void noneOfTenThousandHistoriesBreaksAPromise() {
        run(10_000);
    }

    private static void run(int histories) {
        int served = 0;
        int tickets = 0;
        int refused = 0;
        for (long seed = 0; seed < histories; seed++) {
            History history = new History(seed);
            try {
                history.run();
            } catch (AssertionError e) {
                throw new AssertionError("history " + seed, e);
            }
            served += history.wechat.served();
            tickets += history.wechat.tickets();
            refused += history.wechat.refusedTokens();
        }
        System.out.println(histories + " histories of tickets, " + served + " served, " + tickets
                + " of them different, " + refused + " access_tokens refused on the way");
        // The histories prove something: tickets were served and replaced, and access_tokens refused.
        assertThat(served).isGreaterThan(10 * histories);
        assertThat(tickets).isGreaterThan(histories);
        assertThat(refused).isGreaterThan(histories / 100);
    }

    private static final class History {
        private final Random random;
        private final ManualScheduler time;
        private final ModelTickets wechat;
        private final TokenKeeper keeper;
        private final List<CompletableFuture<?>> waiting = new ArrayList<>();

        History(long seed) {
            random = new Random(seed);
            // Some histories cross midnight in Beijing.
            time = new ManualScheduler(Instant.parse("2026-11-22T14:00:00Z").plusSeconds(random.nextInt(7200)));
            wechat = new ModelTickets(time, random);
            keeper = new TokenKeeper(
                    new Accounts(List.of(
                            new Account("main", TOKEN.appid(), Api.CLASSIC, Set.of(TokenKind.JSAPI_TICKET), 2000))),
                    new MemoryTokenStore(time),
                    wechat,
                    new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ZERO),
                    time,
                    time,
                    random,
                    "me",
                    List.of());
        }

        void run() {
            wechat.trouble(random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.8);
            keeper.start();
            Instant end = time.instant().plusSeconds(60 + random.nextInt(6000));
            while (time.instant().isBefore(end)) {
                act();
                time.pass(Duration.ofMillis((long) (-Math.log(1 - random.nextDouble()) * 60_000)));
            }
            calmDown();
        }

        private void act() {
            switch (random.nextInt(24)) {
                case 0 -> wechat.account.mintOutOfBand();
                case 1 -> wechat.account.kill();
                case 2 -> wechat.trouble(random.nextDouble());
                case 3 -> wechat.account.endTicket("jsapi");
                case 4 -> time.jump(Duration.ofSeconds(random.nextInt(random.nextInt(10) == 0 ? 8000 : 90)));
                case 5 -> follow(keeper.report(TOKEN, null));
                case 6, 7 -> report(null);
                case 8, 9, 10, 11 -> report(wechat.handedOut().isEmpty() ? "never issued" : wechat.handedOut());
                case 12 -> report("garbage");
                default -> wechat.served(keeper.status(TICKET).served());
            }
        }

        private void report(@Nullable String refused) {
            follow(keeper.report(TICKET, refused).thenAccept(report -> wechat.served(report.served())));
        }

        private void follow(CompletableFuture<?> answer) {
            waiting.add(answer);
        }

        /**
         * Ends all faults, then asserts that every waiter has an answer and the served ticket is WeChat's current one.
         */
        private void calmDown() {
            wechat.trouble(0);
            time.pass(Duration.ofSeconds(12));
            for (CompletableFuture<?> answer : waiting) {
                assertThat(answer).as("every waiter ends").isDone();
                answer.exceptionally(e -> {
                    if (TimeLimits.cause(e) instanceof TokenUnavailableException) {
                        return null;
                    }
                    throw new AssertionError(e);
                });
            }
            keeper.report(TOKEN, null);
            time.pass(Duration.ofMinutes(70));
            wechat.served(keeper.status(TICKET).served());
            assertThat(keeper.status(TICKET).served()).isNotNull();
            assertThat(wechat.account.currentTicket("jsapi")).contains(wechat.handedOut());
        }
    }
}
