package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Caller.Received;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests which calls a fault hits. */
class FaultsTest {

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Caller caller = new Caller(simulator.hosts().get(0));
    private final Faults faults = simulator.faults();

    FaultsTest() {
        simulator.account(APPID, SECRET).dailyQuota(100_000);
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void theNextCalls() {
        faults.next(Fault.HTTP_502, 2);

        assertThat(statusOfCalls(4)).containsExactly(502, 502, 200, 200);
    }

    @Test
    void allCallsUntilItIsTakenBack() {
        faults.always(Fault.HTTP_503);

        assertThat(statusOfCalls(3)).containsOnly(503);
        faults.clear();
        assertThat(statusOfCalls(1)).containsExactly(200);
    }

    @Test
    void aShareOfCallsTheSameForTheSameSeed() {
        faults.share(Fault.HTTP_500, 0.3, 7);
        List<Integer> first = statusOfCalls(100);
        faults.clear();
        faults.share(Fault.HTTP_500, 0.3, 7);

        assertThat(statusOfCalls(100)).isEqualTo(first);
        assertThat(first).filteredOn(status -> status == 500).hasSizeBetween(15, 45);
    }

    @Test
    void aPeriodByTheSimulatorsClock() {
        faults.during(Fault.HTTP_504, Duration.ofHours(12));

        simulator.clock().advance(Duration.ofHours(12).minusMillis(1));
        assertThat(statusOfCalls(2)).containsOnly(504);
        simulator.clock().advance(Duration.ofMillis(1));
        assertThat(statusOfCalls(1)).containsExactly(200);
    }

    @Test
    void theCallsOfOneKind() {
        String token = caller.token().accessToken();
        faults.on(CallKind.PROBE).always(Fault.HTTP_502);

        assertThat(statusOfCalls(1)).containsExactly(200);
        assertThat(caller.probe(token).status()).isEqualTo(502);
        assertThat(caller.sendMessage(token, "{}").status()).isEqualTo(200);
    }

    @Test
    void theCallsAtOneHost() {
        Caller second = new Caller(simulator.hosts().get(1));
        faults.at(simulator.host(1)).always(Fault.HTTP_502);

        assertThat(caller.token().status()).isEqualTo(200);
        assertThat(second.token().status()).isEqualTo(502);
    }

    @Test
    void theCallsForOneAccount() {
        simulator.account("wxfedcba9876543210", "another");
        String token = caller.token().accessToken();
        faults.of(APPID).always(Fault.HTTP_502);

        assertThat(caller.token().status()).isEqualTo(502);
        assertThat(caller.probe(token).status()).isEqualTo(502);
        assertThat(caller.get(Caller.tokenPath("wxfedcba9876543210", "another")).status())
                .isEqualTo(200);
    }

    @Test
    void theFirstThatHitsCounts() {
        faults.next(Fault.HTTP_500, 1).on(CallKind.TOKEN).next(Fault.HTTP_502, 1);
        faults.always(Fault.HTTP_503);

        assertThat(statusOfCalls(3)).containsExactly(500, 502, 503);
    }

    @Test
    void aFaultThatCannotHappenToACallWaitsForOneToWhichItCan() {
        String token = caller.token().accessToken();
        faults.next(Fault.EXPIRES_IN_ZERO, 1);

        assertThat(caller.probe(token).body()).startsWith("{\"ip_list\"");
        assertThat(caller.token().body()).endsWith("\"expires_in\":0}");
    }

    @Test
    void callsAreHeldTogetherAndReleasedTogether() {
        faults.always(Fault.ANSWER_HELD);

        List<CompletableFuture<Received>> calls =
                Stream.generate(caller::tokenAsync).limit(3).toList();
        faults.awaitHeld(3);
        assertThat(simulator.journal().mints(APPID)).isEqualTo(3);
        assertThat(calls).noneMatch(CompletableFuture::isDone);
        faults.release();

        assertThat(calls.stream().map(call -> call.join().accessToken())).doesNotHaveDuplicates();
    }

    @Test
    void aCallThatIsHeldIsDoneLateByTheClock() {
        faults.next(Fault.HELD, 1);

        CompletableFuture<Received> late = caller.tokenAsync();
        faults.awaitHeld(1);
        String early = caller.token().accessToken();
        simulator.clock().advance(Duration.ofMinutes(1));
        faults.release();

        // The late call has superseded the early one, although it was sent first.
        String token = late.join().accessToken();
        assertThat(simulator.platform().life(early).orElseThrow().diesAt())
                .isEqualTo(simulator.clock().instant().plus(TokenSlots.OVERLAP));
        assertThat(simulator.account(APPID).current())
                .get()
                .extracting(TokenLife::token)
                .isEqualTo(token);
    }

    private List<Integer> statusOfCalls(int count) {
        return IntStream.range(0, count)
                .mapToObj(call -> caller.token().status())
                .toList();
    }
}
