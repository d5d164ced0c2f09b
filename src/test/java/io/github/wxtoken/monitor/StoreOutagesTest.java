package io.github.wxtoken.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests the log lines about a store that cannot be used. */
@ExtendWith(OutputCaptureExtension.class)
class StoreOutagesTest {

    private Instant now = Instant.parse("2026-11-22T04:00:00Z");
    private final StoreOutages outages = new StoreOutages(() -> now);

    @Test
    void aTroubleIsLoggedOnceAndEveryTenMinutesWhileItLasts(CapturedOutput output) {
        outages.tick(Map.of("canary trouble", 3));
        pass(Duration.ofMinutes(10).minusSeconds(1));
        outages.tick(Map.of("canary trouble", 3));
        assertThat(lines(output, "cannot be used for 3 token(s): canary trouble"))
                .hasSize(1);
        pass(Duration.ofSeconds(1));
        outages.tick(Map.of("canary trouble", 2));
        assertThat(lines(output, "cannot be used for 2 token(s): canary trouble"))
                .hasSize(1);
    }

    @Test
    void aTroubleThatComesBackAfterAnotherIsNotLoggedAgainAtOnce(CapturedOutput output) {
        outages.tick(Map.of("first trouble", 1));
        outages.tick(Map.of("second trouble", 1));
        outages.tick(Map.of("first trouble", 1));
        assertThat(lines(output, "first trouble")).hasSize(1);
        assertThat(lines(output, "second trouble")).hasSize(1);
    }

    @Test
    void theEndIsLoggedAndTheNextTroubleIsNew(CapturedOutput output) {
        outages.tick(Map.of());
        assertThat(lines(output, "can be used again")).isEmpty();
        outages.tick(Map.of("canary trouble", 1));
        outages.tick(Map.of());
        outages.tick(Map.of());
        assertThat(lines(output, "can be used again")).hasSize(1);
        outages.tick(Map.of("canary trouble", 1));
        assertThat(lines(output, "canary trouble")).hasSize(2);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private static List<String> lines(CapturedOutput output, String text) {
        return output.getOut().lines().filter(line -> line.contains(text)).toList();
    }
}
