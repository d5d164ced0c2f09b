package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that wrong calls of {@code /actuator/tokens} are rejected and cause no fetch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensEndpointInputTest {

    private static final String ACCOUNT = "/actuator/tokens/account1";

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer server;

    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        server = RunningServer.start(wechat);
        server.token();
    }

    @AfterAll
    void stop() {
        server.close();
        wechat.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"action\":\"destroy\"}",
                "{\"action\":\"\"}",
                "{\"action\":\"REFRESH \"}",
                "{\"action\":null}"
            })
    void anUnknownActionIsRefusedWithTheOnesThatThereAre(String body) {
        Answer answer = server.send("POST", ACCOUNT, BodyPublishers.ofString(body), "Content-Type", "application/json");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("detail").asString()).contains("refresh, revoke");
        assertThat(wechat.journal().attempts(APPID)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /actuator/tokens/account1 | application/json | {\"action\":  | 400",
                "POST | /actuator/tokens/account1 | application/json | [1] | 400",
                "POST | /actuator/tokens/account1 | text/plain | {\"action\":\"refresh\"} | 415",
                "POST | /actuator/tokens/account1 | application/x-www-form-urlencoded | action=refresh | 415",
                "POST | /actuator/tokens/unknown  | application/json | {\"action\":\"refresh\"} | 404",
                "POST | /actuator/tokens          | application/json | {\"action\":\"refresh\"} | 405",
                "PUT  | /actuator/tokens/account1 | application/json | {\"action\":\"refresh\"} | 405",
                "GET  | /actuator/tokens/unknown  | application/json | {} | 404",
                "GET  | /actuator/tokens/wx0123456789abcdef | application/json | {} | 404",
            })
    void whatIsWrongCostsNothing(String method, String path, String type, String body, int status) {
        Answer answer = server.send(method, path, BodyPublishers.ofString(body), "Content-Type", type);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(wechat.journal().attempts(APPID)).isEqualTo(1);
    }
}
