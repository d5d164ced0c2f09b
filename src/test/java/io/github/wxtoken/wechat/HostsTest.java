package io.github.wxtoken.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** Tests the order in which hosts are tried. */
class HostsTest {

    private static final HttpUrl A = HttpUrl.get("https://api.weixin.qq.com");
    private static final HttpUrl B = HttpUrl.get("https://api2.weixin.qq.com");
    private static final HttpUrl C = HttpUrl.get("https://sh.api.weixin.qq.com:8443");

    private final MovableClock clock = MovableClock.standingAt(Instant.parse("2026-11-22T02:00:00Z"));
    private final Hosts hosts = new Hosts(List.of(A, B, C), clock);

    @Test
    void isTheConfiguredOneUntilOneFails() {
        assertThat(hosts.inOrder()).containsExactly(A, B, C);
        hosts.failed(A);
        assertThat(hosts.inOrder()).containsExactly(B, C, A);
    }

    @Test
    void putsTheLatestFailureLast() {
        hosts.failed(B);
        clock.advance(Duration.ofSeconds(1));
        hosts.failed(A);
        clock.advance(Duration.ofSeconds(1));
        hosts.failed(C);
        assertThat(hosts.inOrder()).containsExactly(B, A, C);
    }

    @Test
    void forgetsAFailureAfterAMinuteOrAGoodAnswer() {
        hosts.failed(A);
        hosts.failed(B);
        hosts.answered(B);
        assertThat(hosts.inOrder()).containsExactly(B, C, A);
        clock.advance(Hosts.PENALTY);
        assertThat(hosts.inOrder()).containsExactly(A, B, C);
    }

    @Test
    void namesAPortOnlyWhereItIsUnusual() {
        assertThat(Hosts.name(A)).isEqualTo("api.weixin.qq.com");
        assertThat(Hosts.name(C)).isEqualTo("sh.api.weixin.qq.com:8443");
        assertThat(Hosts.name(HttpUrl.get("http://[::1]:8080"))).isEqualTo("[::1]:8080");
    }
}
