package io.github.wxtoken.wechat;

import static io.github.wxtoken.simulator.CallKind.PROBE;
import static io.github.wxtoken.simulator.CallKind.TOKEN;
import static io.github.wxtoken.wechat.TestClient.APPID;
import static io.github.wxtoken.wechat.TestClient.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.Call;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.TokenSource.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the results of a probe. */
class TokenProbeTest {

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Account account = simulator.account(APPID, SECRET);
    private final TestClient client = TestClient.of(simulator.hosts());

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    @Test
    void followsATokenThroughItsLife() {
        String token = client.fetch().value();
        assertThat(client.probe(token)).isEqualTo(Verdict.ALIVE);

        account.mintOutOfBand();
        assertThat(client.probe(token)).as("in the overlap").isEqualTo(Verdict.ALIVE);

        simulator.clock().advance(Duration.ofMinutes(5).plusSeconds(1));
        assertThat(client.probe(token)).isEqualTo(Verdict.SUPERSEDED);
        simulator.faults().next(Fault.DEAD_TOKEN_IS_40014, 1);
        assertThat(client.probe(token)).isEqualTo(Verdict.SUPERSEDED);

        String another = client.fetch().value();
        simulator.clock().advance(Duration.ofHours(2));
        assertThat(client.probe(another)).isEqualTo(Verdict.EXPIRED);
        assertThat(client.probe("never-issued")).isEqualTo(Verdict.SUPERSEDED);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "SYSTEM_BUSY",
                "HTTP_502",
                "LOGIN_PAGE",
                "REDIRECT",
                "DROPPED",
                "RESET",
                "LOST_HALF_BODY",
                "LOST_EMPTY_OBJECT",
                "LOST_HUGE_BODY"
            })
    void asksTheNextHostAfterAnyFailure(Fault fault) {
        String token = client.fetch().value();
        simulator.faults().on(PROBE).at(simulator.host(0)).always(fault);

        assertThat(client.probe(token)).isEqualTo(Verdict.ALIVE);

        assertThat(simulator.journal().calls(call -> call.kind() == PROBE))
                .extracting(Call::host)
                .containsExactly(0, 1);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "API_UNAUTHORIZED",
                "ACCESS_TOKEN_MISSING",
                "DAILY_QUOTA_REACHED",
                "USER_LIMITED",
                "IP_NOT_IN_WHITELIST"
            })
    void drawsNoConclusionFromOtherErrors(Errcode errcode) {
        String token = client.fetch().value();
        account.refuse(PROBE, errcode);

        assertThat(client.probe(token)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(simulator.journal().probes(APPID)).as("asked once").isEqualTo(1);
    }

    @Test
    void drawsNoConclusionWhenWeChatIsOutOfReach() {
        String token = client.fetch().value();
        simulator.faults().always(Fault.HTTP_503);
        assertThat(client.probe(token)).isEqualTo(Verdict.INCONCLUSIVE);

        simulator.host(0).down();
        simulator.host(1).down();
        assertThat(client.probe(token)).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @ParameterizedTest
    @EnumSource(names = {"NEVER_ANSWERED", "LOST_HALF_BODY_THEN_SILENCE"})
    void givesUpWaiting(Fault fault) {
        String token = client.fetch().value();
        simulator.faults().on(PROBE).always(fault);

        try (TestClient hasty = TestClient.of(simulator.hosts(), Duration.ofSeconds(1))) {
            assertThat(hasty.probe(token)).isEqualTo(Verdict.INCONCLUSIVE);
        }
    }

    @Test
    void mintsNothing() {
        String token = client.fetch().value();

        client.probe(token);

        assertThat(simulator.journal().calls(call -> call.kind() == TOKEN)).hasSize(1);
    }
}
