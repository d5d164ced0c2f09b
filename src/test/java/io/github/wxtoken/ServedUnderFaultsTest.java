package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.SECRET;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests the answers to callers under each fault of WeChat. Every fault has its own account at one server, which also
 * shows that a broken account does not affect the others.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServedUnderFaultsTest {

    /** The errcode of a refused token call by fault. */
    private static final Map<Fault, Integer> ERRCODES = Map.of(
            Fault.SYSTEM_BUSY, -1,
            Fault.SYSTEM_ERROR, -1000,
            Fault.SYSTEM_ERROR_AND_NULL_TOKEN, -1000,
            Fault.DAILY_QUOTA_REACHED, 45009,
            Fault.MINUTE_QUOTA_REACHED, 45011,
            Fault.UNHEARD_OF_ERRCODE, 49999,
            Fault.UNHEARD_OF_NEGATIVE_ERRCODE, -7);

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private Map<Fault, Answer> cold = Map.of();
    private Map<Fault, Answer> whileRefreshing = Map.of();
    private Map<Fault, Answer> reported = Map.of();
    private Map<Fault, Answer> healed = Map.of();

    @BeforeAll
    void live() {
        wechat.faults().slowness(Duration.ofMillis(20));
        for (Fault fault : Fault.values()) {
            wechat.account(appid(fault), SECRET);
            wechat.faults().of(appid(fault)).on(CallKind.TOKEN).always(fault);
        }
        List<String> appids =
                Arrays.stream(Fault.values()).map(ServedUnderFaultsTest::appid).toList();
        try (RunningServer server = RunningServer.start(
                wechat, appids, "--wxtoken.wechat.call-timeout=2s", "--wxtoken.wechat.connect-timeout=2s")) {
            cold = all(fault -> CompletableFuture.supplyAsync(() -> firstOutcome(server, fault), callers));

            heal(server);

            for (Fault fault : Fault.values()) {
                wechat.faults().of(appid(fault)).on(CallKind.TOKEN).always(fault);
            }
            int calls = wechat.journal().calls().size();
            wechat.clock().advance(Duration.ofMinutes(110));
            wechat.journal().awaitCalls(calls + Fault.values().length);
            whileRefreshing = all(fault -> server.getLater("/token?appid=" + appid(fault)));

            healed = heal(server);

            for (Fault fault : Fault.values()) {
                wechat.faults().of(appid(fault)).on(CallKind.PROBE).always(fault);
            }
            wechat.clock().advance(Duration.ofSeconds(10));
            reported = all(fault -> server.reportLater(appid(fault), null));
        }
    }

    @AfterAll
    void close() {
        callers.shutdownNow();
        wechat.close();
    }

    @ParameterizedTest
    @EnumSource
    void withoutATokenTheCallerIsToldWhy(Fault fault) {
        Answer answer = answer(cold, fault);
        if (fault == Fault.EXPIRES_IN_TINY) {
            // Served during its one second, if the caller came in time. The next token is not minted within five
            // seconds.
            assertThat(answer.status()).isIn(200, 503);
        } else if (good(fault)) {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.json().path("expires_in").asLong()).isBetween(1L, 6900L);
        } else {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
            assertThat(answer.json().path("errmsg").asString())
                    .as("WeChat's words, or ours")
                    .isNotBlank();
            assertThat(answer.json().path("errcode").asInt(0)).isEqualTo(ERRCODES.getOrDefault(fault, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theTokenInHandIsServedWhileItsRefreshFails(Fault fault) {
        Answer answer = answer(whileRefreshing, fault);
        if (fault != Fault.EXPIRES_IN_TINY) {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itHealsByItself(Fault fault) {
        Answer answer = answer(healed, fault);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void aReportIsAnsweredWithATokenWhateverTheProbeMeets(Fault fault) {
        Answer answer = answer(reported, fault);
        boolean silent = !fault.done() || fault.losesAnswer();
        // A token that was never verified is replaced. The caller waits for that for at most three seconds.
        assertThat(answer.status()).as(answer.toString()).isIn(silent ? List.of(200, 503) : List.of(200));
        if (!silent || fault == Fault.FLAPPING) {
            // A refusal of a live token confirms the report: it looks the same as one of a dead token.
            assertThat(answer.json().path("outcome").asString())
                    .isEqualTo(fault == Fault.FLAPPING ? "refreshed" : "alive");
        }
    }

    /** Returns whether a token call succeeds despite the fault. */
    private static boolean good(Fault fault) {
        return !fault.concerns(CallKind.TOKEN) || (fault.done() && !fault.losesAnswer());
    }

    /** Returns the first answer that does not only say that the first fetch is still in progress. */
    private static Answer firstOutcome(RunningServer server, Fault fault) {
        return server.getUntil(
                "/token?appid=" + appid(fault),
                // A token of a second may never be served, and its fetches do not fail.
                answer -> answer.status() == 200 || answer.json().has("errmsg") || fault == Fault.EXPIRES_IN_TINY);
    }

    /**
     * Ends the faults until all accounts have tokens that last. The first ones may not: WeChat may yet execute a call of
     * which no answer came, so what is fetched next is served for some minutes only.
     */
    private Map<Fault, Answer> heal(RunningServer server) {
        wechat.faults().clear();
        wechat.clock().advance(Duration.ofHours(2));
        Map<Fault, Answer> first = all(fault -> CompletableFuture.supplyAsync(() -> good(server, fault, 1), callers));
        wechat.clock().advance(Duration.ofHours(2));
        all(fault -> CompletableFuture.supplyAsync(() -> good(server, fault, 3600), callers));
        return first;
    }

    private Answer good(RunningServer server, Fault fault, int seconds) {
        return server.getUntil(
                "/token?appid=" + appid(fault),
                answer -> answer.status() == 200
                        && answer.json().path("expires_in").asInt() >= seconds
                        && wechat.wasAlive(
                                answer.json().path("access_token").asString(),
                                wechat.clock().instant()));
    }

    private static Map<Fault, Answer> all(Function<Fault, CompletableFuture<Answer>> call) {
        Map<Fault, CompletableFuture<Answer>> calls =
                Arrays.stream(Fault.values()).collect(toMap(Function.identity(), call));
        return calls.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().join()));
    }

    private static Answer answer(Map<Fault, Answer> answers, Fault fault) {
        Answer answer = answers.get(fault);
        assertThat(answer).isNotNull();
        return answer;
    }

    private static String appid(Fault fault) {
        return "wx" + fault.name();
    }
}
