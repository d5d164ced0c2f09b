package io.github.wxtoken.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.api.ForeignRequests.Reason;
import io.github.wxtoken.caller.RejectionLogs;
import io.github.wxtoken.simulator.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests that rejected requests of foreign web pages neither flood the log nor write into it. */
@ExtendWith(OutputCaptureExtension.class)
final class ForeignRequestLogTest {

    private static final String REJECTED = "Rejected a request from 127.0.0.1";

    private final MovableClock clock = MovableClock.standingAt(Instant.parse("2026-11-22T04:00:00Z"));
    private final List<Object> audited = new ArrayList<>();
    private final ForeignRequestLog log = new ForeignRequestLog(RejectionLogs.publishingTo(audited::add), clock);

    @Test
    void oneLineAMinuteCountsTheOthers(CapturedOutput output) {
        add(Reason.HOST, "wxtoken.corp:8080");
        assertThat(output).containsOnlyOnce(REJECTED).contains("because wxtoken.corp is not in wxtoken.allowed-hosts.");
        for (int i = 0; i < 50; i++) {
            add(i % 2 == 0 ? Reason.HOST : Reason.ORIGIN, "localhost");
        }
        clock.advance(Duration.ofSeconds(59));
        add(Reason.ORIGIN, "localhost");
        assertThat(output).containsOnlyOnce(REJECTED);
        clock.advance(Duration.ofSeconds(1));
        add(Reason.ORIGIN, "localhost");
        assertThat(output)
                .containsOnlyOnce("another web page made it (Origin, Sec-Fetch-Site)."
                        + " Since the last such line, 51 more were rejected.");
        clock.advance(Duration.ofMinutes(1));
        add(Reason.ORIGIN, "localhost");
        assertThat(output.getAll().split(REJECTED, -1)).hasSize(4);
        assertThat(output).containsOnlyOnce("Since the last");
        // Ten of each network in a minute; a summary covers the others.
        assertThat(audited).hasSize(10);
    }

    @Test
    void whatIsNoNameIsNotQuoted(CapturedOutput output) {
        for (String host : List.of("canary-4711 x", "canary-4711\n", "canary-4711@x", "canary-4711".repeat(10))) {
            add(Reason.HOST, host);
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(output).contains("because its host is not in").doesNotContain("canary");
    }

    private void add(Reason reason, String host) {
        log.add(reason, host, "127.0.0.1");
    }
}
