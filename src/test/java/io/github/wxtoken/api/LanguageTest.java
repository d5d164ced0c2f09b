package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

/** Tests that each error has its reason in the language of the request, wherever it is rejected. */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LanguageTest {

    private static final String CHINESE = "zh-CN,zh;q=0.9,en;q=0.8";
    private static final String REPORT = "/token/refresh";
    private static final String ORDER = "/actuator/tokens/account1";

    private final Locale machine = Locale.getDefault();
    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer open;
    private RunningServer guarded;

    @BeforeAll
    void start() {
        // A request that asks for no language gets English on a Chinese machine as well.
        Locale.setDefault(Locale.SIMPLIFIED_CHINESE);
        ResourceBundle.clearCache(LanguageTest.class.getClassLoader());
        wechat.account(APPID, SECRET);
        open = RunningServer.start(wechat);
        guarded = RunningServer.start(wechat, Keys.arguments("shop"));
    }

    @AfterAll
    void stop() {
        guarded.close();
        open.close();
        wechat.close();
        Locale.setDefault(machine);
        ResourceBundle.clearCache(LanguageTest.class.getClassLoader());
    }

    static Stream<Arguments> rejections() {
        return Stream.of(
                // By Spring MVC.
                arguments("GET", "/token?appid=wxunknown", "", 404, "没有使用此 appid 的账号。", "No account has this appid."),
                arguments("GET", "/token?wait=x", "", 400, "查询参数 wait 必须是 0 到 60 之间的整数，单位为秒。", "from 0 to 60"),
                arguments("GET", "/token?colour=x", "", 400, "此处支持的查询参数为 appid, wait。", "known here are appid, wait"),
                arguments(
                        "GET",
                        "/ticket?type=jsapi",
                        "",
                        404,
                        "请将 jsapi 加入 wxtoken.accounts.account1.tickets。",
                        "add jsapi"),
                arguments("GET", "/nothing", "", 404, "此路径不存在。", "nothing at this path"),
                arguments("DELETE", "/token", "", 405, "响应头 Allow", "the Allow header"),
                arguments(
                        "POST",
                        REPORT,
                        "[1]",
                        400,
                        "{\"access_token\":\"<被微信拒绝的 token>\"}：它不是 JSON 对象。",
                        "}: it is not a JSON object."),
                arguments(
                        "POST",
                        REPORT,
                        "{\"access_token\":1}",
                        400,
                        "access_token 不是字符串。",
                        "access_token is not a string."),
                arguments("POST", REPORT, "x".repeat(9000), 413, "请求体不能超过 8 KB。", "at most 8 KB"),
                // By the management endpoint.
                arguments(
                        "POST",
                        ORDER,
                        "{\"action\":\"explode\"}",
                        400,
                        "请发送 {\"action\":\"...\"}，可用的取值为：refresh, revoke",
                        "Send {\"action\":\"...\"} with one of: refresh, revoke"),
                arguments("POST", ORDER, "{", 400, "请求体不是要求的 JSON 对象。", "not the expected JSON object"),
                arguments("GET", "/actuator/tokens/nobody", "", 404, "而不是 AppID。", "not the AppID."),
                // By Spring Security and by Tomcat.
                arguments("GET", "/a;b", "", 400, "路径不能包含分号", "may contain no semicolon"),
                arguments("TRACE", "/token", "", 405, "响应头 Allow", "the Allow header"));
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void anErrorIsInTheLanguageOfTheRequest(
            String method, String path, String body, int status, String chinese, String english) {
        assertThat(detail(method, path, body, status, CHINESE)).contains(chinese);
        assertThat(detail(method, path, body, status, "fr, en;q=0.5"))
                .contains(english)
                .doesNotContainPattern("\\p{IsHan}");
        assertThat(detail(method, path, body, status, null)).contains(english).doesNotContainPattern("\\p{IsHan}");
    }

    @Test
    void aMissingKeyIsReportedInTheLanguageOfTheRequest() {
        Answer chinese = guarded.getLater("/token", "Accept-Language", CHINESE).join();
        assertThat(chinese.status()).isEqualTo(401);
        assertThat(chinese.json().path("title").asString()).isEqualTo("Unauthorized");
        assertThat(chinese.json().path("detail").asString()).startsWith("需要有效的密钥");
        assertThat(guarded.get("/token").json().path("detail").asString()).startsWith("A valid key is needed");
        String[] key = Keys.bearer("shop");
        Answer forbidden = guarded.getLater("/actuator/tokens", "Accept-Language", "zh", key[0], key[1])
                .join();
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.json().path("detail").asString()).startsWith("仅限运维人员");
    }

    @Test
    void whatIsRejectedBeforeSpringIsInTheLanguageOfTheRequestToo() {
        assertThat(raw("GET /token HTTP/1.1\r\nHost: a.example\r\nAccept-Language: zh-TW\r\n"))
                .contains(" 421", "此端口不需要密钥", "请将它加入 wxtoken.allowed-hosts");
        assertThat(raw("GET /token HTTP/1.1\r\nHost: localhost\r\nOrigin: http://a.example\r\nAccept-Language: zh\r\n"))
                .contains(" 403", "不接受其他网页发起的请求");
        assertThat(raw("GET /token HTTP/1.1\r\nHost: localhost\r\nAccept-Language: zh\r\nExpect: x\r\n"))
                .contains(" 417", "不支持 Expect 请求头");
        assertThat(raw("GET /token HTTP/1.1\r\nHost: localhost\r\nAccept-Language: ;;=,\u0001\r\n"))
                .contains(" 400", "A header is malformed");
    }

    @Test
    void weChatsOwnPathsAndTheLogStayEnglish(CapturedOutput output) {
        assertThat(raw("GET /cgi-bin/token;x HTTP/1.1\r\nHost: localhost\r\nAccept-Language: zh\r\n"))
                .contains(" 200", "data format error: The request target")
                .doesNotContainPattern("\\p{IsHan}");
        assertThat(raw("GET /cgi-bin/token HTTP/1.1\r\nHost: a.example\r\nAccept-Language: zh\r\n"))
                .contains(" 200", "api unauthorized: This port requires no key")
                .doesNotContainPattern("\\p{IsHan}");
        assertThat(output.getAll())
                .contains("Rejected a malformed request from 127.0.0.1: The request target or a header is malformed.")
                .doesNotContain("请求目标");
    }

    @Test
    void aMissingTokenIsExplainedInTheLanguageOfTheRequest() {
        try (WeChatSimulator busy = WeChatSimulator.start()) {
            busy.account(APPID, SECRET);
            busy.faults().on(CallKind.TOKEN).always(Fault.SYSTEM_BUSY);
            try (RunningServer server = RunningServer.start(busy)) {
                Answer english = server.getUntil("/token", got -> got.json().has("errcode"));
                assertThat(english.json().path("detail").asString())
                        .startsWith("No usable token; fetching one has failed ")
                        .contains(": -1 system error");
                Answer chinese =
                        server.getLater("/token", "Accept-Language", CHINESE).join();
                assertThat(chinese.status()).isEqualTo(503);
                assertThat(chinese.json().path("title").asString()).isEqualTo("Service Unavailable");
                assertThat(chinese.json().path("detail").asString())
                        .matches("没有可用的 token；自 \\S+Z 以来已获取失败 \\d+ 次：-1 system error.*");
                Answer weChats = server.getLater(
                                "/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret=" + SECRET,
                                "Accept-Language",
                                CHINESE)
                        .join();
                assertThat(weChats.response().body()).doesNotContainPattern("\\p{IsHan}");
            }
        }
    }

    private String detail(String method, String path, String body, int status, @Nullable String language) {
        List<String> headers = new ArrayList<>(List.of("Content-Type", "application/json"));
        if (language != null) {
            headers.addAll(List.of("Accept-Language", language));
        }
        Answer answer = open.send(method, path, BodyPublishers.ofString(body), headers.toArray(String[]::new));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        return answer.json().path("detail").asString();
    }

    /** Sends a request head without its end and returns the whole answer. */
    private String raw(String head) {
        try (Wire wire = new Wire(open.url().getPort())) {
            return wire.send(head + "Connection: close\r\n\r\n").receive();
        }
    }
}
