package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the token calls on the wire without failures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenCallsTest {

    private static final String OTHER = "wxfedcba9876543210";
    private static final BodyPublisher NOTHING = BodyPublishers.noBody();

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer one;
    private RunningServer two;

    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        wechat.account(OTHER, SECRET);
        one = RunningServer.start(wechat);
        two = RunningServer.start(wechat, List.of(APPID, OTHER));
        one.getUntil("/token", answer -> answer.status() == 200);
        two.getUntil("/token?appid=" + APPID, answer -> answer.status() == 200);
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
        wechat.close();
    }

    @Test
    void aTokenHasItsFieldsInOrder() {
        Answer answer = one.get("/token");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body())
                .matches("\\{\"access_token\":\"[^\"]+\",\"expires_in\":[0-9]+,\"appid\":\"" + APPID
                        + "\",\"version\":[0-9]+}");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("ETag"))
                .isEqualTo('"' + answer.json().path("version").asString() + '"');
        assertThat(answer.response().headers().allValues("Cache-Control")).containsExactly("no-store");
    }

    @Test
    void aReportIsAnsweredWithTheSameFieldsAndItsOutcome() {
        String token = one.get("/token").response().body();
        Answer answer = one.report(null);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).isEqualTo(token.replace("}", ",\"outcome\":\"alive\"}"));
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.response().headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(one.report("another").json().path("outcome").asString()).isEqualTo("superseded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "image/png", "application/xml;q=0.1", "*/*", "application/problem+json"})
    void whateverTheCallerAcceptsItGetsJson(String accept) {
        assertThat(one.send("GET", "/token", NOTHING, "Accept", accept).status())
                .isEqualTo(200);
        assertThat(one.send("POST", "/token/refresh", NOTHING, "Accept", accept).status())
                .isEqualTo(200);
        Answer problem = one.send("GET", "/token?x", NOTHING, "Accept", accept);
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void headIsGetWithoutABody() {
        Answer answer = one.send("HEAD", "/token", NOTHING);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).isEmpty();
        assertThat(answer.header("ETag")).isEqualTo(one.get("/token").header("ETag"));
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void whoHasTheCurrentVersionIsToldSo() {
        String etag = one.get("/token").header("ETag");
        for (String known : List.of(etag, "W/" + etag, "\"1\", " + etag)) {
            Answer answer = one.send("GET", "/token", NOTHING, "If-None-Match", known);
            assertThat(answer.status()).as(known).isEqualTo(304);
            assertThat(answer.response().body()).isEmpty();
            assertThat(answer.header("ETag")).isEqualTo(etag);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        }
        for (String other : List.of("\"1\"", "nonsense", etag.replace("\"", ""))) {
            assertThat(one.send("GET", "/token", NOTHING, "If-None-Match", other)
                            .status())
                    .as(other)
                    .isEqualTo(200);
        }
        assertThat(one.send("POST", "/token/refresh", NOTHING, "If-None-Match", etag)
                        .status())
                .as("a report is no GET")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json;charset=utf-8",
                "application/json; charset=\"UTF-8\"",
                "Application/JSON"
            })
    void jsonIsJsonHoweverItIsSpelt(String type) {
        BodyPublisher body = BodyPublishers.ofString(" {\n\"access_token\" : \"\\u0061nother\" } \n");
        Answer answer = one.send("POST", "/token/refresh", body, "Content-Type", type);
        assertThat(answer.json().path("outcome").asString()).isEqualTo("superseded");
    }

    @Test
    void aReportWithoutABodyMayHaveAnyType() {
        Answer answer =
                one.send("POST", "/token/refresh", NOTHING, "Content-Type", "application/x-www-form-urlencoded");
        assertThat(answer.json().path("outcome").asString()).isEqualTo("alive");
    }

    @Test
    void aBodyOfAGetIsIgnored() {
        BodyPublisher body = BodyPublishers.ofString("appid=wx");
        Answer answer = one.send("GET", "/token", body, "Content-Type", "application/x-www-form-urlencoded");
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void optionsTellWhatIsPossible() {
        Answer answer = one.send("OPTIONS", "/token", NOTHING);
        assertThat(answer.header("Allow").split(",")).containsExactlyInAnyOrder("GET", "HEAD", "OPTIONS");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void theAppidMayBeLeftOutWhereThereIsOneAccount() {
        assertThat(one.get("/token?appid=" + APPID).response().body())
                .isEqualTo(one.get("/token").response().body());
    }

    @Test
    void theAppidSelectsOneOfSeveralAccounts() {
        for (String appid : List.of(APPID, OTHER)) {
            assertThat(two.get("/token?appid=" + appid).json().path("appid").asString())
                    .isEqualTo(appid);
            Answer report = two.reportLater(appid, null).join();
            assertThat(report.json().path("appid").asString()).isEqualTo(appid);
        }
        for (Answer answer : List.of(two.get("/token"), two.report(null))) {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().path("detail").asString())
                    .contains("appid is needed")
                    .doesNotContain(APPID, OTHER);
        }
    }
}
