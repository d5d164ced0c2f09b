package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static io.github.wxtoken.simulator.Caller.tokenPath;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Caller.Received;
import java.io.IOException;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the simulator's HTTP answers without faults. */
class WireTest {

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Account account = simulator.account(APPID, SECRET);
    private final Caller caller = new Caller(simulator.hosts().get(0));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void successHasTokenAndLifeAndNoErrcode() {
        Received answer = caller.token();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/json; encoding=utf-8");
        assertThat(answer.body()).matches("\\{\"access_token\":\"\\d\\d_[A-Za-z0-9_-]{132,154}\",\"expires_in\":7200}");
    }

    @Test
    void expiresInIsTheLifeOfTheTokenUnlessToldOtherwise() {
        account.tokenLife(Duration.ofMinutes(10));
        assertThat(caller.token().body()).endsWith("\"expires_in\":600}");

        account.expiresIn("-5");
        assertThat(caller.token().body()).endsWith("\"expires_in\":-5}");

        account.expiresIn(null).tokenLength(512);
        assertThat(caller.token().accessToken()).hasSize(512);
    }

    @Test
    void errorsAreStatus200AndEndInARidThatStartsWithTheTime() {
        Received answer = caller.get(tokenPath("wxnobody", SECRET));

        assertThat(answer.status()).isEqualTo(200);
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
    void wrongParametersOfATokenCall(int errcode, String query) {
        assertThat(caller.get("/cgi-bin/token?" + query).errcode()).isEqualTo(errcode);
        assertThat(simulator.journal().mints(APPID)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"getcallbackip", "get_api_domain_ip"})
    void probesAcceptALiveTokenOnly(String api) {
        String token = caller.token().accessToken();
        String path = "/cgi-bin/" + api + "?access_token=";

        assertThat(caller.get(path + token).body())
                .startsWith("{\"ip_list\":[\"")
                .doesNotContain("errcode");
        assertThat(caller.get(path + "34534543fdgdfg4545").errcode()).isEqualTo(40001);
        assertThat(caller.get(path).errcode()).isEqualTo(41001);
        assertThat(caller.get("/cgi-bin/" + api).errcode()).isEqualTo(41001);
    }

    @Test
    void sendingAMessageTakesALiveTokenAndJson() {
        String token = caller.token().accessToken();

        assertThat(caller.sendMessage(token, "{\"touser\":\"o\"}").body())
                .isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");
        assertThat(caller.sendMessage("2", "{\"touser\":\"o\"}").errcode()).isEqualTo(40001);
        assertThat(caller.sendMessage("", "{\"touser\":\"o\"}").errcode()).isEqualTo(41001);
        assertThat(caller.sendMessage(token, "").errcode()).isEqualTo(44002);
        assertThat(caller.sendMessage(token, "touser=o").errcode()).isEqualTo(47001);
        assertThat(caller.get("/cgi-bin/message/custom/send?access_token=" + token)
                        .errcode())
                .isEqualTo(43002);
        account.refuse(CallKind.BUSINESS, Errcode.API_UNAUTHORIZED);
        assertThat(caller.sendMessage(token, "{\"touser\":\"o\"}").errcode()).isEqualTo(48001);
    }

    @Test
    void aBodyOfUnknownLengthIsRefusedBeforeAnyoneLooks() {
        String token = caller.token().accessToken();
        RequestBody ofUnknownLength = new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return null;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeUtf8("{}");
            }
        };

        Received answer = caller.post("/cgi-bin/message/custom/send?access_token=" + token, ofUnknownLength);

        assertThat(answer.status()).isEqualTo(412);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void unknownPathsAndMethods() {
        assertThat(caller.get("/cgi-bin/tokens").errcode()).isEqualTo(40066);
        assertThat(caller.post(tokenPath(APPID, SECRET), RequestBody.create("", null))
                        .errcode())
                .isEqualTo(43001);
    }
}
