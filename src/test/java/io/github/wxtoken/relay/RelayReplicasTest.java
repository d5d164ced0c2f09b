package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests relay tokens at another server than the one that issued them. */
final class RelayReplicasTest {

    private static final String ANOTHER_SECRET = "decade00decade00decade00decade00";

    @Test
    void serversWithTheSameAppSecretAcceptEachOthersTokens() {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            Account account = wechat.account(APPID, SECRET);
            try (RunningServer one = start(wechat, SECRET, "shop");
                    RunningServer two = start(wechat, SECRET, "shop")) {
                String token = relayToken(one);
                assertThat(errcode(one, token)).isZero();
                assertThat(errcode(two, token)).isZero();
                assertThat(errcode(one, relayToken(two))).isZero();
                assertThat(wechat.business().executed()).hasSize(3);

                try (RunningServer without = start(wechat, SECRET, "crm")) {
                    assertThat(errcode(without, token))
                            .as("the caller is unknown")
                            .isEqualTo(40001);
                }
                account.resetSecret(ANOTHER_SECRET);
                try (RunningServer restarted = start(wechat, ANOTHER_SECRET, "shop")) {
                    assertThat(errcode(restarted, token)).isEqualTo(40001);
                    String next = relayToken(restarted);
                    assertThat(errcode(restarted, next)).isZero();
                    assertThat(errcode(one, next)).isEqualTo(40001);
                }
                assertThat(wechat.business().executed()).hasSize(4);
            }
        }
    }

    private static RunningServer start(WeChatSimulator wechat, String secret, String caller) {
        RunningServer server = RunningServer.start(
                wechat,
                List.of(),
                Stream.concat(
                                Stream.of(
                                        "--wxtoken.accounts.account1.appid=" + APPID,
                                        "--wxtoken.accounts.account1.secret=" + secret),
                                Stream.of(Keys.arguments(caller, "relay=/cgi-bin/message/**")))
                        .toArray(String[]::new));
        server.callAs(Keys.bearer(caller));
        server.getUntil("/token", answer -> answer.status() == 200);
        return server;
    }

    private static String relayToken(RunningServer server) {
        Answer answer = server.get(
                "/relay/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret=" + Keys.of("shop"));
        assertThat(answer.json().has("access_token")).as(answer.toString()).isTrue();
        return answer.json().path("access_token").asString();
    }

    private static int errcode(RunningServer server, String relayToken) {
        return server.send(
                        "POST",
                        "/relay/cgi-bin/message/template/send?access_token=" + relayToken,
                        BodyPublishers.ofString("{}"))
                .json()
                .path("errcode")
                .asInt(-99);
    }
}
