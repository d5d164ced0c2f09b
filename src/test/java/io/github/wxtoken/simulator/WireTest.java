package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static io.github.wxtoken.simulator.Caller.accessToken;
import static io.github.wxtoken.simulator.Caller.errcode;
import static io.github.wxtoken.simulator.Caller.tokenPath;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the simulator puts on the wire when nothing is wrong with the way there. */
class WireTest {

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Account account = simulator.account(APPID, SECRET);
    private final Caller caller = new Caller(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void successHasTokenAndLifeAndNoErrcode() throws Exception {
        HttpResponse<String> answer = caller.token();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json; encoding=utf-8");
        assertThat(answer.body()).matches("\\{\"access_token\":\"\\d\\d_[A-Za-z0-9_-]{132,154}\",\"expires_in\":7200}");
    }

    @Test
    void expiresInIsTheLifeOfTheTokenUnlessToldOtherwise() throws Exception {
        account.tokenLife(Duration.ofMinutes(10));
        assertThat(caller.token().body()).endsWith("\"expires_in\":600}");

        account.expiresIn("-5");
        assertThat(caller.token().body()).endsWith("\"expires_in\":-5}");

        account.expiresIn(null).tokenLength(512);
        assertThat(accessToken(caller.token())).hasSize(512);
    }

    @Test
    void errorsAreStatus200AndEndInARidThatStartsWithTheTime() throws Exception {
        HttpResponse<String> answer = caller.get(tokenPath("wxnobody", SECRET));

        assertThat(answer.statusCode()).isEqualTo(200);
        String seconds = Long.toHexString(simulator.clock().instant().getEpochSecond());
        assertThat(answer.body())
                .matches("\\{\"errcode\":40013,\"errmsg\":\"invalid appid rid: " + seconds
                        + "-[0-9a-f]{8}-[0-9a-f]{8}\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "40002, grant_type=authorization_code&appid=wx0123456789abcdef&secret=0123456789abcdef0123456789abcdef",
        "40002, appid=wx0123456789abcdef&secret=0123456789abcdef0123456789abcdef",
        "41002, grant_type=client_credential&secret=0123456789abcdef0123456789abcdef",
        "41002, grant_type=client_credential&appid=&secret=0123456789abcdef0123456789abcdef",
        "41004, grant_type=client_credential&appid=wx0123456789abcdef&secret=",
        "40013, grant_type=client_credential&appid=WX0123456789ABCDEF&secret=0123456789abcdef0123456789abcdef",
        "40125, grant_type=client_credential&appid=wx0123456789abcdef&secret=0123456789ABCDEF0123456789ABCDEF",
    })
    void wrongParametersOfATokenCall(int errcode, String query) throws Exception {
        assertThat(errcode(caller.get("/cgi-bin/token?" + query))).isEqualTo(errcode);
        assertThat(simulator.journal().mints(APPID)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"getcallbackip", "get_api_domain_ip"})
    void probesAcceptALiveTokenOnly(String api) throws Exception {
        String token = accessToken(caller.token());
        String path = "/cgi-bin/" + api + "?access_token=";

        assertThat(caller.get(path + token).body())
                .startsWith("{\"ip_list\":[\"")
                .doesNotContain("errcode");
        assertThat(errcode(caller.get(path + "34534543fdgdfg4545"))).isEqualTo(40001);
        assertThat(errcode(caller.get(path))).isEqualTo(41001);
        assertThat(errcode(caller.get("/cgi-bin/" + api))).isEqualTo(41001);
    }

    @Test
    void sendingAMessageTakesALiveTokenAndJson() throws Exception {
        String token = accessToken(caller.token());

        assertThat(caller.sendMessage(token, "{\"touser\":\"o\"}").body())
                .isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");
        assertThat(errcode(caller.sendMessage("2", "{\"touser\":\"o\"}"))).isEqualTo(40001);
        assertThat(errcode(caller.sendMessage("", "{\"touser\":\"o\"}"))).isEqualTo(41001);
        assertThat(errcode(caller.sendMessage(token, ""))).isEqualTo(44002);
        assertThat(errcode(caller.sendMessage(token, "touser=o"))).isEqualTo(47001);
        assertThat(errcode(caller.get("/cgi-bin/message/custom/send?access_token=" + token)))
                .isEqualTo(43002);
        account.refuse(CallKind.BUSINESS, Errcode.API_UNAUTHORIZED);
        assertThat(errcode(caller.sendMessage(token, "{\"touser\":\"o\"}"))).isEqualTo(48001);
    }

    @Test
    void aBodyOfUnknownLengthIsRefusedBeforeAnyoneLooks() throws Exception {
        String token = accessToken(caller.token());
        var stream = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[] {'{', '}'}));

        var answer = caller.send(caller.request("/cgi-bin/message/custom/send?access_token=" + token)
                .POST(stream));

        assertThat(answer.statusCode()).isEqualTo(412);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void unknownPathsAndMethods() throws Exception {
        assertThat(errcode(caller.get("/cgi-bin/tokens"))).isEqualTo(40066);
        assertThat(errcode(caller.send(caller.request(tokenPath(APPID, SECRET)).POST(BodyPublishers.noBody()))))
                .isEqualTo(43001);
    }
}
