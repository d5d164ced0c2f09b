package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.keeper.TokenEvent.Unserved;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException.Advice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that an account without a usable token is reported for any reason, but not before three seconds. */
class OutagesTest {

    private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");
    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");

    private final ManualScheduler time = new ManualScheduler(NOON);
    private final HandFedSource wechat = new HandFedSource();
    private final List<TokenEvent> events = new ArrayList<>();
    private final TokenKeeper keeper = new TokenKeeper(
            new Accounts(List.of(new Account("main", KEY.appid(), Api.CLASSIC, Set.of(), 2000))),
            new MemoryTokenStore(time),
            wechat,
            new RefreshProperties(Duration.ofMinutes(10), Duration.ofMinutes(5), 100, Duration.ZERO),
            time,
            time,
            () -> 0,
            "me",
            List.of(new EveryEvent(events::add)));

    @BeforeEach
    void start() {
        keeper.start();
        time.pass(Duration.ZERO);
    }

    @Test
    void aFirstFetchThatTakesItsTimeIsNoOutage() {
        // Twice the default of wxtoken.wechat.call-timeout.
        time.pass(Duration.ofSeconds(20));
        wechat.grant("first");
        time.pass(Duration.ofMinutes(1));
        assertThat(outages()).isEmpty();
    }

    @Test
    void aFirstFetchThatFailsLateIsAnOutageAtOnce() {
        time.pass(Duration.ofSeconds(10));
        assertThat(outages()).isEmpty();
        wechat.refuse(Advice.OPERATOR);
        time.pass(Duration.ofSeconds(1));
        assertThat(outages()).singleElement().satisfies(outage -> {
            assertThat(outage.since()).isEqualTo(NOON);
            assertThat(outage.reason()).contains("40164 invalid ip");
        });
    }

    @Test
    void aFirstFetchThatIsNotAnsweredIsAnOutageWhenItIsGivenUp() {
        time.pass(Duration.ofSeconds(28));
        assertThat(outages()).isEmpty();
        time.pass(Duration.ofSeconds(2));
        assertThat(outages()).singleElement().satisfies(outage -> assertThat(outage.since())
                .isEqualTo(NOON));
    }

    @Test
    void aTokenThatDiesHasHadItsTimeAlready() {
        wechat.grant("first");
        time.pass(Duration.ofMinutes(2));
        keeper.report(KEY, "first");
        wechat.judge(Verdict.SUPERSEDED);
        time.pass(Duration.ofSeconds(4));
        assertThat(outages()).as("its replacement is not answered").hasSize(1);
    }

    @Test
    void anOutageIsToldOfAfterThreeSecondsAndThenEveryTenMinutes() {
        wechat.refuse(Advice.OPERATOR);
        time.pass(Duration.ofSeconds(3));
        assertThat(outages()).singleElement().satisfies(outage -> {
            assertThat(outage.since()).isEqualTo(NOON);
            assertThat(outage.reason()).contains("40164 invalid ip");
        });
        time.pass(Duration.ofMinutes(4));
        assertThat(outages()).hasSize(1);
        time.pass(Duration.ofMinutes(6));
        assertThat(outages()).hasSize(2).allMatch(outage -> outage.since().equals(NOON));
    }

    @Test
    void aTokenThatEndsWhileNothingIsTriedIsToldOfTheSame() {
        wechat.grant("first");
        time.pass(Duration.ofMinutes(2));
        keeper.report(KEY, "first");
        wechat.judge(Verdict.SUPERSEDED);
        wechat.refuse(Advice.QUOTA);
        time.pass(Duration.ofSeconds(4));
        assertThat(outages()).singleElement().satisfies(outage -> assertThat(outage.since())
                .isEqualTo(NOON.plusSeconds(121)));
    }

    @Test
    void theNextOutageIsAnother() {
        wechat.refuse(Advice.OPERATOR);
        time.pass(Duration.ofMinutes(5));
        wechat.grant("first");
        time.pass(Duration.ofMinutes(110));
        wechat.refuse(Advice.OPERATOR);
        time.pass(Duration.ofMinutes(4));
        assertThat(outages()).hasSize(1);
        wechat.refuse(Advice.OPERATOR);
        time.pass(Duration.ofMinutes(7));
        assertThat(outages()).hasSize(2);
    }

    private List<Unserved> outages() {
        return events.stream()
                .filter(Unserved.class::isInstance)
                .map(Unserved.class::cast)
                .toList();
    }
}
