package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.WeChatSimulator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what callers of the relay get while there is no usable token. */
final class RelayWithoutTokenTest {

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh-CN"})
    void theAnswerIsThatOfTheTokenCall(String language) {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET).refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET);
            String[] shop = Keys.arguments("shop", "relay=/wxa/**");
            try (RunningServer server = RunningServer.start(wechat, shop)) {
                server.callAs("Authorization", "Bearer " + Keys.of("shop"), "Accept-Language", language);
                Answer token = server.getUntil("/token", answer -> answer.json().has("errcode"));
                Answer relayed = server.get("/relay/wxa/getwxacode");
                assertThat(relayed.status()).isEqualTo(token.status()).isEqualTo(503);
                assertThat(relayed.header("Content-Type")).isEqualTo(token.header("Content-Type"));
                assertThat(relayed.json()).isEqualTo(token.json());
                // WeChat is asked again after five minutes. Some real seconds may have passed, as both wait for a
                // token.
                assertThat(Integer.parseInt(relayed.header("Retry-After"))).isGreaterThan(100);
            }
        }
    }
}
