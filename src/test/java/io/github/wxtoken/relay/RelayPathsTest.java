package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the relay below other paths: it must never take a relayed call for one of {@code /cgi-bin}. */
final class RelayPathsTest {

    private final WeChatSimulator wechat = WeChatSimulator.start();

    RelayPathsTest() {
        wechat.account(APPID, SECRET);
    }

    @AfterEach
    void close() {
        wechat.close();
    }

    @ParameterizedTest
    @CsvSource({"--spring.mvc.servlet.path=/wx", "--server.servlet.context-path=/wx"})
    void theRelayKnowsItsPrefix(String property) {
        try (RunningServer server = RunningServer.start(
                wechat,
                Stream.concat(
                                Stream.of(Keys.arguments("shop", "relay=/cgi-bin/message/**")),
                                Stream.of(property, "--wxtoken.accounts.account1.tickets=jsapi"))
                        .toArray(String[]::new))) {
            server.callAs(Keys.bearer("shop"));
            String real = server.getUntil("/wx/token", answer -> answer.status() == 200)
                    .json()
                    .path("access_token")
                    .asString();
            server.getUntil("/wx/ticket?type=jsapi", answer -> answer.status() == 200);
            Answer granted = server.send(
                    "GET",
                    "/wx/relay/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret="
                            + Keys.of("shop"),
                    BodyPublishers.noBody());
            String token = granted.json().path("access_token").asString();
            assertThat(token).isNotEmpty().isNotEqualTo(real);
            assertThat(granted.json().path("expires_in").asInt()).isEqualTo(7200);
            assertThat(post(server, "/wx/relay/cgi-bin/message/template/send?access_token=" + token))
                    .contains("\"errcode\":0");
            for (String ticket : new String[] {"/wx/relay/", "/wx/relay/" + APPID + "/"}) {
                assertThat(post(server, ticket + "cgi-bin/ticket/getticket?type=jsapi&access_token=" + token))
                        .contains("\"ticket\"");
                assertThat(post(server, ticket + "cgi-bin/ticket/getticket?type=jsapi&access_token=" + real))
                        .contains("40001");
            }
            assertThat(post(
                            server,
                            "/wx/relay/wx0000000000000000/cgi-bin/ticket/getticket?type=jsapi&access_token=" + token))
                    .contains("40001");
        }
    }

    private static String post(RunningServer server, String path) {
        return server.send("POST", path, BodyPublishers.ofString("{}"))
                .response()
                .body();
    }
}
