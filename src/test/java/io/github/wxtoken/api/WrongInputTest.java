package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests that each kind of wrong input gets its own status, in a problem detail that echoes none of the input. */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WrongInputTest {

    /** Contained in every wrong request; must not appear in any answer. */
    private static final String CANARY = "canary-4711";

    private static final String REFRESH = "/token/refresh";
    private static final String JSON = "application/json";

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer server;

    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        server = RunningServer.start(wechat);
        server.token();
    }

    @AfterAll
    void stop(CapturedOutput output) {
        server.close();
        wechat.close();
        assertThat(output.getAll()).contains("Tomcat started").doesNotContain(CANARY, "Exception");
    }

    static Stream<Arguments> paths() {
        return Stream.of(
                arguments(404, "GET", "/" + CANARY, "nothing at this path"),
                arguments(404, "GET", "/token/", "nothing at this path"),
                arguments(404, "GET", "/TOKEN", "nothing at this path"),
                arguments(404, "GET", "/token/" + CANARY, "nothing at this path"),
                arguments(404, "POST", "/token/refresh/" + CANARY, "nothing at this path"),
                arguments(404, "GET", "/error", "nothing at this path"),
                arguments(404, "GET", "/favicon.ico", "nothing at this path"),
                arguments(404, "GET", "/index.html", "nothing at this path"),
                arguments(404, "GET", "/actuator", "nothing at this path"),
                arguments(404, "GET", "/actuator/" + CANARY, "nothing at this path"),
                arguments(404, "GET", "/token?appid=" + CANARY, "No account has this appid"),
                arguments(404, "POST", REFRESH + "?appid=" + CANARY, "No account has this appid"),
                arguments(400, "GET", "/token?appid=", "not be blank"),
                arguments(400, "GET", "/token?appid", "not be blank"),
                arguments(400, "GET", "/token?appid=%20", "not be blank"),
                arguments(400, "GET", "/token?appid=" + APPID + "&appid=" + APPID, "once"),
                arguments(400, "GET", "/token?access_token=" + CANARY, "query parameters known here are appid, wait"),
                arguments(400, "GET", "/token?appid=" + APPID + "&x=" + CANARY, "query parameters known"),
                arguments(400, "GET", "/token?AppId=" + APPID, "query parameters known"),
                arguments(400, "POST", REFRESH + "?access_token=" + CANARY, "only query parameter"),
                arguments(400, "GET", "/token?appid=%ff" + CANARY, "query string is malformed"),
                arguments(400, "GET", "/token?wait=x" + CANARY, "whole number of seconds"),
                arguments(400, "GET", "/token?wait=-1", "from 0 to 60"),
                arguments(400, "GET", "/token?wait=61", "from 0 to 60"),
                arguments(400, "GET", "/token?wait=1.5", "from 0 to 60"),
                arguments(400, "GET", "/token?wait=99999999999999999999", "from 0 to 60"),
                arguments(400, "GET", "/token?wait=1&wait=2", "once"),
                arguments(400, "GET", "/ticket", "type is missing"),
                arguments(400, "GET", "/ticket?type=" + CANARY, "must be jsapi or wx_card"),
                arguments(404, "GET", "/ticket?type=jsapi", "wxtoken.accounts.account1.tickets"),
                arguments(404, "POST", "/ticket/refresh?type=jsapi", "wxtoken.accounts.account1.tickets"),
                arguments(400, "POST", "/ticket/refresh", "type is missing"),
                arguments(400, "GET", "/jsapi/signature", "url is missing"),
                arguments(400, "GET", "/jsapi/signature?url=/page/" + CANARY, "absolute http or https URL"),
                arguments(400, "GET", "/jsapi/signature?url=https://u:p@a.cn/" + CANARY, "no user or password"),
                arguments(400, "GET", "/jsapi/signature?url=javascript:alert(1)", "absolute http or https URL"),
                arguments(400, "GET", "/jsapi/signature?url=https://a.cn/%0a", "absolute http or https URL"),
                arguments(
                        400, "GET", "/jsapi/signature?url=https://a.cn/" + "x".repeat(5000), "at most 4096 characters"),
                arguments(400, "GET", "/jsapi/signature?url=https://a.cn/" + "x".repeat(10_240), "8192 bytes"),
                arguments(400, "GET", "/jsapi/signature?url=https://a.cn/?a=1&b=2", "Percent-encode & and ="),
                arguments(404, "GET", "/jsapi/signature?url=https://a.cn/", "wxtoken.accounts.account1.tickets"),
                arguments(405, "POST", "/ticket", "Allow header"),
                arguments(405, "GET", "/ticket/refresh", "Allow header"),
                arguments(405, "POST", "/jsapi/signature", "Allow header"),
                arguments(400, "GET", "/a%2f" + CANARY, "malformed"),
                arguments(405, "POST", "/token", "Allow header"),
                arguments(405, "DELETE", "/token?x=" + CANARY, "Allow header"),
                arguments(405, "GET", REFRESH, "Allow header"),
                arguments(405, "PATCH", REFRESH, "Allow header"),
                arguments(405, CANARY, "/token", "Allow header"),
                arguments(405, "TRACE", "/token", "Allow header"),
                arguments(405, "POST", "/actuator/health", "Allow header"));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource
    void paths(int status, String method, String path, String detail) {
        Answer answer = server.send(method, path, BodyPublishers.noBody(), "Accept", "text/html, */*;q=0.1");
        assertProblem(answer, status, detail);
    }

    static Stream<Arguments> bodies() {
        String good = "{\"access_token\":\"" + CANARY + "\"}";
        return Stream.of(
                arguments(400, JSON, CANARY, "not JSON"),
                arguments(400, JSON, " ", "not a JSON object"),
                arguments(400, JSON, "{\"access_token\":\"" + CANARY, "not JSON"),
                arguments(400, JSON, "{'access_token':'" + CANARY + "'}", "not JSON"),
                arguments(400, JSON, "{\"access_token\":\"" + CANARY + "\",}", "not JSON"),
                arguments(400, JSON, "{\"access_token\":\"" + CANARY + "\n\"}", "not JSON"),
                arguments(400, JSON, "//" + CANARY + "\n" + good, "not JSON"),
                arguments(400, JSON, "\uFEFF" + good, "not JSON"),
                arguments(400, JSON, "\"" + CANARY + "\"", "not a JSON object"),
                arguments(400, JSON, "null", "not a JSON object"),
                arguments(400, JSON, "[" + good + "]", "not a JSON object"),
                arguments(400, JSON, "[".repeat(8000), "not a JSON object"),
                arguments(400, JSON, "{}", "access_token is missing"),
                arguments(400, JSON, "{\"" + CANARY + "\":1}", "unknown field"),
                arguments(400, JSON, "{\"Access_Token\":\"" + CANARY + "\"}", "unknown field"),
                arguments(400, JSON, "{\"access_token\":\"x\",\"" + CANARY + "\":1}", "unknown field"),
                arguments(400, JSON, "{\"access_token\":\"x\",\"access_token\":\"" + CANARY + "\"}", "twice"),
                arguments(400, JSON, "{\"access_token\":4711}", "not a string"),
                arguments(400, JSON, "{\"access_token\":null}", "not a string"),
                arguments(400, JSON, "{\"access_token\":true}", "not a string"),
                arguments(400, JSON, "{\"access_token\":[\"" + CANARY + "\"]}", "not a string"),
                arguments(400, JSON, "{\"access_token\":{\"" + CANARY + "\":1}}", "not a string"),
                arguments(400, JSON, "{\"access_token\":\"\"}", "1 to 2048 characters"),
                arguments(400, JSON, "{\"access_token\":\" \"}", "1 to 2048 characters"),
                arguments(400, JSON, "{\"access_token\":\"" + CANARY.repeat(200) + "\"}", "1 to 2048 characters"),
                arguments(400, JSON, good + good, "content after"),
                arguments(400, JSON, good + CANARY, "not JSON"),
                arguments(413, JSON, good + " ".repeat(8192), "8 KB"),
                arguments(413, JSON, CANARY.repeat(10_000), "8 KB"),
                arguments(413, "text/plain", CANARY.repeat(1000), "8 KB"),
                arguments(415, "text/plain", good, "application/json"),
                arguments(415, "application/x-www-form-urlencoded", "access_token=" + CANARY, "application/json"),
                arguments(415, "multipart/form-data;boundary=x", "--x--", "application/json"),
                arguments(415, "application/vnd.api+json", good, "application/json"),
                arguments(415, "application/*", good, "application/json"),
                arguments(415, "application/json;charset=iso-8859-1", good, "UTF-8"),
                arguments(415, "application/json;charset=" + CANARY, good, "application/json"),
                arguments(415, CANARY, good, "application/json"));
    }

    @ParameterizedTest(name = "{0} {1} {3}")
    @MethodSource
    void bodies(int status, String type, String body, String detail) {
        BodyPublisher fixedLength = BodyPublishers.ofString(body);
        assertProblem(server.send("POST", REFRESH, fixedLength, "Content-Type", type), status, detail);
        BodyPublisher chunked =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
        assertProblem(server.send("POST", REFRESH, chunked, "Content-Type", type), status, detail);
    }

    @Test
    void aBodyMustSayWhatItIs() {
        Answer answer = server.send("POST", REFRESH, BodyPublishers.ofString("{\"access_token\":\"x\"}"));
        assertProblem(answer, 415, "application/json");
    }

    @Test
    void aBodyMustBeUtf8() {
        BodyPublisher utf16 = BodyPublishers.ofString("{\"access_token\":\"x\"}", StandardCharsets.UTF_16BE);
        assertProblem(server.send("POST", REFRESH, utf16, "Content-Type", JSON), 400, "not JSON");
        BodyPublisher latin1 = BodyPublishers.ofString("{\"access_token\":\"\u00e9\"}", StandardCharsets.ISO_8859_1);
        assertProblem(server.send("POST", REFRESH, latin1, "Content-Type", JSON), 400, "not UTF-8");
    }

    @Test
    void aBodyMustNotBeCompressed() {
        BodyPublisher body = BodyPublishers.ofString("{\"access_token\":\"x\"}");
        Answer answer = server.send("POST", REFRESH, body, "Content-Type", JSON, "Content-Encoding", "gzip");
        assertProblem(answer, 415, "Content-Encoding");
        Answer identity = server.send("POST", REFRESH, body, "Content-Type", JSON, "Content-Encoding", "identity");
        assertThat(identity.status()).isEqualTo(200);
    }

    @Test
    void theLargestBodyIsTaken() {
        String token = "t".repeat(2048);
        String body = "{\"access_token\":\"" + token + "\"}";
        BodyPublisher largest = BodyPublishers.ofString(body + " ".repeat(8192 - body.length()));
        assertThat(server.send("POST", REFRESH, largest, "Content-Type", JSON).status())
                .isEqualTo(200);
    }

    @Test
    void anUnknownMethodIsToldWhichOnesThereAre() {
        assertThat(server.send("PUT", "/token", BodyPublishers.noBody())
                        .header("Allow")
                        .split(","))
                .containsExactlyInAnyOrder("GET", "HEAD", "OPTIONS");
        assertThat(server.send("PUT", REFRESH, BodyPublishers.noBody())
                        .header("Allow")
                        .split(","))
                .containsExactlyInAnyOrder("POST", "OPTIONS");
    }

    private static void assertProblem(Answer answer, int status, String detail) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.response().headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(answer.json().propertyNames()).containsExactly("title", "status", "detail");
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.json().path("title").asString()).isNotBlank();
        assertThat(answer.json().path("detail").asString()).contains(detail);
        assertThat(answer.toString() + answer.response().headers().map())
                .doesNotContain(CANARY, "<html", "xception", "org.springframework");
        if (status == 405) {
            assertThat(answer.header("Allow")).isNotEmpty();
        }
    }
}
