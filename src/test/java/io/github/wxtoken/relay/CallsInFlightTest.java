package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests how the calls in progress are shared. */
final class CallsInFlightTest {

    private final CallsInFlight<String> calls = new CallsInFlight<>(64);

    @Test
    void oneCallerMayTakeHalf() {
        assertThat(take("a", 100)).isEqualTo(32);
        assertThat(take("b", 100)).isEqualTo(8);
        assertThat(take("c", 100)).isEqualTo(8);
        assertThat(take("d", 100) + take("e", 100) + take("f", 100)).isEqualTo(16);
        calls.giveBack("a");
        assertThat(take("a", 100)).isZero();
        assertThat(take("g", 100)).isEqualTo(1);
    }

    @Test
    void placesComeBack() {
        for (int round = 0; round < 1000; round++) {
            assertThat(calls.tryTake("a")).isTrue();
            calls.giveBack("a");
        }
        assertThat(take("a", 100)).isEqualTo(32);
    }

    @Test
    void onePlaceIsEnoughForOneCall() {
        CallsInFlight<String> one = new CallsInFlight<>(1);
        assertThat(one.tryTake("a")).isTrue();
        assertThat(one.tryTake("b")).isFalse();
        one.giveBack("a");
        assertThat(one.tryTake("b")).isTrue();
    }

    private int take(String owner, int attempts) {
        return (int)
                IntStream.range(0, attempts).filter(i -> calls.tryTake(owner)).count();
    }
}
