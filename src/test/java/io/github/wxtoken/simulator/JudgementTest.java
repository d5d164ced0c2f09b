package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests WeChat's verdicts on tokens and callers over HTTP, with and without faults. */
class JudgementTest {

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Account account = simulator.account(APPID, SECRET);
    private final Caller caller = new Caller(simulator.hosts().get(0));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void anExpiredTokenIs42001AndASupersededOne40001() {
        String first = caller.token().accessToken();
        String second = caller.token().accessToken();

        simulator.clock().advance(Duration.ofMinutes(5));
        assertThat(caller.probe(first).errcode()).isEqualTo(40001);
        assertThat(caller.probe(second).body()).startsWith("{\"ip_list\"");
        simulator.clock().advance(Duration.ofHours(2));
        assertThat(caller.probe(second).errcode()).isEqualTo(42001);
        assertThat(caller.sendMessage(second, "{}").errcode()).isEqualTo(42001);
    }

    @Test
    void aLiveTokenIsRefusedNowAndThen() {
        String token = caller.token().accessToken();
        simulator.faults().share(Fault.FLAPPING, 0.5, 11);

        Stream<String> answers =
                Stream.generate(() -> caller.probe(token).body()).limit(40);
        assertThat(answers.map(body -> body.startsWith("{\"ip_list\""))).contains(true, false);
        assertThat(simulator.platform().check(token)).isEqualTo(Errcode.OK);
    }

    @Test
    void aDeadTokenIsAcceptedForAWhile() {
        String token = caller.token().accessToken();
        account.kill();
        simulator.faults().during(Fault.DEAD_TOKEN_ACCEPTED, Duration.ofMinutes(10));

        assertThat(caller.probe(token).body()).startsWith("{\"ip_list\"");
        assertThat(caller.sendMessage(token, "{}").errcode()).isZero();
        assertThat(caller.probe("2").errcode()).isEqualTo(40001);
        assertThat(simulator.wasAlive(token, simulator.clock().instant())).isFalse();
        simulator.clock().advance(Duration.ofMinutes(10));
        assertThat(caller.probe(token).errcode()).isEqualTo(40001);
    }

    @Test
    void otherCodesForTheSameMatter() {
        simulator.faults().always(Fault.DEAD_TOKEN_IS_40014).always(Fault.WRONG_SECRET_IS_40001);

        assertThat(caller.probe("2").errcode()).isEqualTo(40014);
        assertThat(caller.get(Caller.tokenPath(APPID, "wrong")).errcode()).isEqualTo(40001);
    }

    @Test
    void aCallerThatIsNotInTheWhitelistIsToldItsAddress() {
        simulator.callerIp("203.0.113.7");
        String token = caller.token().accessToken();
        account.whitelistDelay(Duration.ZERO).whitelist(WhitelistMode.OA, "198.51.100.1");

        assertThat(caller.token().body())
                .startsWith("{\"errcode\":40164,\"errmsg\":\"invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7,"
                        + " not in whitelist rid: ");
        assertThat(caller.probe(token).errcode()).isEqualTo(40164);
        account.whitelist(WhitelistMode.MP, "198.51.100.1");
        assertThat(caller.probe(token).body()).startsWith("{\"ip_list\"");
        simulator.callerIp("198.51.100.1");
        assertThat(caller.token().accessToken()).isNotEmpty();
    }

    @Test
    void aTestAccountHas200CallsADay() {
        account.dailyQuota(200);
        Stream.generate(caller::token).limit(200).forEach(answer -> assertThat(answer.accessToken())
                .isNotEmpty());

        assertThat(caller.token().body())
                .startsWith("{\"errcode\":45009,\"errmsg\":\"reach max api daily quota limit, could get access_token by"
                        + " getStableAccessToken");
    }
}
