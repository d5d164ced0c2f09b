package io.github.wxtoken.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.ClientLimits.Permits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how the limits follow from the heap and the file descriptors, and that permits are counted. */
class ClientLimitsTest {

    private static final long MB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource({
        // heap MB, free descriptors, configured, connections, warning
        "192, 65000, , 2304, ",
        "512, 65000, , 6144, ",
        "8192, 65000, , 20000, ",
        "8192, 200, , 72, ",
        "8192, 65000, -1, 20000, ",
        "8192, 65000, 0, 20000, ",
        "8192, 50, , 16, files",
        "16, 65000, , 192, ",
        "192, 65000, 300, 300, ",
        "192, 65000, 20000, 20000, heap",
        "8192, 200, 300, 300, files",
        "192, 200, 20000, 20000, files",
    })
    void connections(
            long heap, long descriptors, @Nullable Integer configured, int connections, @Nullable String warning) {
        ClientLimits limits = ClientLimits.of(heap * MB, descriptors, configured, 200);
        assertThat(limits.connections()).isEqualTo(connections);
        if (warning == null) {
            assertThat(limits.warnings()).isEmpty();
        } else {
            assertThat(limits.warnings()).singleElement().asString().contains(warning);
        }
    }

    @Test
    void aNetworkGetsAQuarterAndAllOfThemHalf() {
        Permits permits = ClientLimits.of(8192 * MB, 65_000, 40, 200).connectionsWithoutKey();
        assertThat(taken(permits, "one", 40)).isEqualTo(10);
        assertThat(taken(permits, "two", 40)).isEqualTo(10);
        assertThat(permits.tryTake("three")).isFalse();
        permits.giveBack("one");
        assertThat(permits.tryTake("three")).isTrue();
        assertThat(permits.tryTake("one")).isFalse();
    }

    @Test
    void aCallerGetsHalfOfTheConnectionsForLongPolls() {
        Permits permits = ClientLimits.of(8192 * MB, 65_000, 40, 200).longPolls();
        assertThat(taken(permits, "one", 40)).isEqualTo(20);
        assertThat(taken(permits, "two", 40)).isEqualTo(10);
    }

    @Test
    void aCallerGetsSevenEighthsOfTheConnections() {
        Permits permits = ClientLimits.of(8192 * MB, 65_000, 40, 200).connectionsWithKey();
        assertThat(taken(permits, "one", 40)).isEqualTo(35);
        assertThat(taken(permits, "two", 40)).isEqualTo(5);
    }

    @Test
    void aCallerGetsHalfOfTheThreadsAndSomeAreKept() {
        Permits permits = ClientLimits.of(8192 * MB, 65_000, null, 200).requests();
        assertThat(permits).isNotNull();
        assertThat(taken(permits, "one", 200)).isEqualTo(100);
        assertThat(taken(permits, "two", 200)).isEqualTo(75);
        assertThat(ClientLimits.of(8192 * MB, 65_000, null, null).requests()).isNull();
    }

    @Test
    void slowBodiesGetAnEighthOfTheThreads() {
        ClientLimits limits = ClientLimits.of(8192 * MB, 65_000, null, 200);
        assertThat(taken(limits.slowBodiesOfCallers(), "one", 200)).isEqualTo(25);
        assertThat(taken(limits.slowBodiesOfCallers(), "two", 200)).isEqualTo(25);
        assertThat(taken(limits.slowBodiesWithoutKey(), "network", 200)).isEqualTo(5);
    }

    @Test
    void evenTheSmallestServerServesEveryKind() {
        ClientLimits limits = ClientLimits.of(MB, 0, null, 1);
        assertThat(limits.connectionsWithoutKey().tryTake("a")).isTrue();
        assertThat(limits.longPolls().tryTake("a")).isTrue();
        assertThat(limits.slowBodiesOfCallers().tryTake("a")).isTrue();
        assertThat(limits.slowBodiesWithoutKey().tryTake("a")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "2001:db8:0:1::2, 20010db800000001::/64",
        "2001:db8:0:1:ffff::, 20010db800000001::/64",
        "::1, 0000000000000000::/64",
    })
    void anIpV6NetworkCountsAsOne(String address, String network) {
        assertThat(ClientLimits.network(address)).isEqualTo(network);
    }

    private static int taken(Permits permits, String owner, int attempts) {
        int taken = 0;
        for (int i = 0; i < attempts; i++) {
            taken += permits.tryTake(owner) ? 1 : 0;
        }
        return taken;
    }
}
