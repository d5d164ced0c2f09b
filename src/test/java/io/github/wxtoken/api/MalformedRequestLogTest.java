package io.github.wxtoken.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests that malformed requests do not flood the log. */
@ExtendWith(OutputCaptureExtension.class)
final class MalformedRequestLogTest {

    private final MovableClock clock = MovableClock.standingAt(Instant.parse("2026-11-22T04:00:00Z"));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final MalformedRequestLog log = new MalformedRequestLog(clock, timer);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void tenAMinuteAreLoggedAndTheOthersSummedUp(CapturedOutput output) {
        for (int i = 0; i < 50; i++) {
            log.add("There is no Host.", "192.0.2.1");
        }
        log.add("There are two.", "192.0.2.2");
        assertThat(output.getAll().split("from 192.0.2.1: There is no Host\\.", -1))
                .hasSize(11);
        assertThat(output).containsOnlyOnce("Rejected a malformed request from 192.0.2.2: There are two.");
        assertThat(output).doesNotContain("more malformed");
        clock.advance(Duration.ofMinutes(1));
        log.tick();
        assertThat(output)
                .containsOnlyOnce("Rejected 40 more malformed request(s) within a minute: There is no Host.")
                .doesNotContain("within a minute: There are two.");
        log.add("There is no Host.", "192.0.2.3");
        assertThat(output).contains("from 192.0.2.3");
    }

    @Test
    void theRestIsSummedUpAtTheEnd(CapturedOutput output) {
        for (int i = 0; i < 12; i++) {
            log.add("There is no Host.", "192.0.2.1");
        }
        log.close();
        assertThat(output).containsOnlyOnce("Rejected 2 more malformed request(s) within a minute: There is no Host.");
    }
}
