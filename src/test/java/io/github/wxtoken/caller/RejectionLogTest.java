package io.github.wxtoken.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.support.EventThrottle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.audit.AuditEvent;

/** Tests the logging of rejected calls and its small memory use. */
final class RejectionLogTest {

    private Instant now = Instant.parse("2026-11-22T04:00:00Z");
    private final List<AuditEvent> audit = new ArrayList<>();
    private final RejectionLog rejectionLog =
            new RejectionLog(event -> audit.add(event.getAuditEvent()), new SimpleMeterRegistry(), () -> now);

    @Test
    void theFirstOnesOfAnAddressAreToldOneByOneAndTheOthersInOneLine() {
        for (int i = 0; i < 1000; i++) {
            assertThat(rejectionLog.add(null, "unauthorized", "192.0.2.1")).isEqualTo(i >= EventThrottle.FEW);
        }
        assertThat(rejectionLog.add(null, "unauthorized", "192.0.2.2")).isFalse();
        assertThat(audit).hasSize(EventThrottle.FEW + 1).allSatisfy(event -> {
            assertThat(event.getType()).isEqualTo("refused");
            assertThat(event.getPrincipal()).isEqualTo("-");
            assertThat(event.getData()).containsEntry("reason", "unauthorized");
        });

        audit.clear();
        tickAfter(59);
        assertThat(audit).isEmpty();
        tickAfter(1);
        assertThat(audit).singleElement().satisfies(event -> assertThat(event.getData())
                .containsEntry("address", "192.0.2.1")
                .containsEntry("times", 1000 - EventThrottle.FEW));
    }

    @Test
    void everyMinuteBeginsAnew() {
        for (int i = 0; i <= EventThrottle.FEW; i++) {
            rejectionLog.add(null, "unauthorized", "192.0.2.1");
        }
        tickAfter(60);
        assertThat(rejectionLog.add(null, "unauthorized", "192.0.2.1")).isFalse();
        audit.clear();
        tickAfter(60);
        assertThat(audit).isEmpty();
    }

    @Test
    void aCallerWhoIsKnownIsNamed() {
        rejectionLog.add(new Caller("shop", null, false), "forbidden", "192.0.2.1");
        assertThat(audit).singleElement().satisfies(event -> assertThat(event.getPrincipal())
                .isEqualTo("shop"));
    }

    @Test
    void aNetworkOfIpv6CountsAsOneAddress() {
        for (int i = 0; i < EventThrottle.FEW; i++) {
            assertThat(rejectionLog.add(null, "unauthorized", "2001:db8:1:2::" + i))
                    .isFalse();
        }
        assertThat(rejectionLog.add(null, "unauthorized", "2001:db8:1:2:ffff::1"))
                .isTrue();
        assertThat(rejectionLog.add(null, "unauthorized", "2001:db8:1:3::1")).isFalse();
        assertThat(rejectionLog.add(null, "unauthorized", "fe80::1%gone")).isFalse();
    }

    @Test
    void moreAddressesThanCanBeToldApartCountAsOne() {
        for (int i = 0; i < 5 * RejectionLog.MOST_ADDRESSES; i++) {
            rejectionLog.add(null, "unauthorized", "10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256);
        }
        assertThat(rejectionLog.add(null, "unauthorized", "192.0.2.1")).isTrue();
        assertThat(audit).hasSize(RejectionLog.MOST_ADDRESSES + EventThrottle.FEW);
        audit.clear();
        tickAfter(60);
        assertThat(audit).singleElement().satisfies(event -> assertThat(event.getData())
                .containsEntry("times", 4 * RejectionLog.MOST_ADDRESSES + 1 - EventThrottle.FEW));
    }

    private void tickAfter(int seconds) {
        now = now.plusSeconds(seconds);
        rejectionLog.tick();
    }
}
