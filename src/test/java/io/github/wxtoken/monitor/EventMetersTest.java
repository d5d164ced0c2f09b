package io.github.wxtoken.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.keeper.TokenEvent;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.Trigger;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests that failed fetches are counted by errcode, with a bounded number of time series. */
final class EventMetersTest {

    private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");
    private static final Account ACCOUNT = new Account("shop", "wx1", Api.CLASSIC, Set.of(), 2000);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EventMeters events = new EventMeters(new Accounts(List.of(ACCOUNT)), new TokenTags(true), meters);

    @Test
    void aFailureIsCountedByItsErrcode() {
        fail(40125);
        fail(40125);
        fail(-1);
        assertThat(count("40125")).isEqualTo(2);
        assertThat(count("-1")).isEqualTo(1);
        assertThat(count("none")).as("exists from the start").isZero();
    }

    @Test
    void oneWithoutAnErrcodeIsCountedToo() {
        fail(0);
        assertThat(count("none")).isEqualTo(1);
    }

    @Test
    void unknownErrcodesShareATimeSeries() {
        IntStream.range(1_000_000, 1_005_000).forEach(this::fail);
        assertThat(count("other")).isEqualTo(5000);
        assertThat(meters.find("wxtoken.token.errors").counters()).hasSize(2);
    }

    private double count(String errcode) {
        return meters.get("wxtoken.token.errors")
                .tags("account", "shop", "kind", "access_token", "errcode", errcode)
                .counter()
                .count();
    }

    private void fail(int errcode) {
        events.refreshFailed(new TokenEvent.RefreshFailed(
                ACCOUNT,
                TokenKey.accessToken(ACCOUNT.appid()),
                Trigger.SCHEDULED,
                new Failure(errcode, "said so", null, Advice.OPERATOR, 1, NOON, NOON, NOON),
                Optional.empty()));
    }
}
