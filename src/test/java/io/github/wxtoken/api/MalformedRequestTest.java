package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.util.List;
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
import org.springframework.core.env.Environment;

/**
 * Tests that malformed HTTP and requests rejected before Spring are also answered with a problem detail, or in WeChat's
 * format, which has the reason but no part of the request.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MalformedRequestTest {

    private static final String CANARY = "canary-4711";
    private static final String HOST = "Host: localhost\r\nConnection: close\r\n";
    private static final String METHOD = "not begin with an HTTP method";
    private static final String ENCODED = "must be percent-encoded";
    private static final String TARGET = "no semicolon, backslash, dot segment";
    private static final String LARGE = "8192 bytes together: see server.max-http-request-header-size";
    private static final String REJECTED = "Rejected a malformed request from 127.0.0.1: ";
    private static final String REPORT = "POST /token/refresh HTTP/1.1\r\n" + HOST;

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer server;

    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        server = RunningServer.start(
                wechat,
                "--server.tomcat.connection-timeout=500ms",
                "--management.server.port=0",
                "--management.server.address=127.0.0.1");
    }

    @AfterAll
    void stop(CapturedOutput output) {
        server.close();
        wechat.close();
        assertThat(output.getAll()).contains("Tomcat started").doesNotContain(CANARY, "Exception");
    }

    static Stream<Arguments> requests() {
        String large = CANARY.repeat(1000);
        return Stream.of(
                arguments(400, METHOD, CANARY + "\r\n\r\n"),
                arguments(400, METHOD, "\u0016\u0003\u0001" + CANARY + "\r\n\r\n"),
                arguments(400, ENCODED, "GET /a<" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, ENCODED, "GET /token?\"" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, ENCODED, "GET /token?a=\u00e4" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, TARGET, "GET /%zz" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, TARGET, "GET /%ff" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, TARGET, "GET /../" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, TARGET, "GET /a%2f" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, TARGET, "GET /token;" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, TARGET, "GET http://" + CANARY + "/ HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, "query string", "GET /token?a=%zz" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, "no valid Host", "GET /token HTTP/1.1\r\nConnection: close\r\n\r\n"),
                arguments(400, "more than one Host", "GET /token HTTP/1.1\r\n" + HOST + "Host: " + CANARY + "\r\n\r\n"),
                arguments(400, "not a host name", "GET /token HTTP/1.1\r\nHost: " + CANARY + "/\r\n\r\n"),
                arguments(400, "not a host name", "GET /token HTTP/1.1\r\nHost: " + CANARY + ":x\r\n\r\n"),
                arguments(
                        400, "header is malformed", "GET /token HTTP/1.1\r\n" + HOST + "B@d " + CANARY + ": x\r\n\r\n"),
                arguments(
                        400, "header is malformed", "GET /token HTTP/1.1\r\nB@d " + CANARY + ": x\r\n" + HOST + "\r\n"),
                arguments(
                        400,
                        "more than 100 headers",
                        "GET /token HTTP/1.1\r\n" + HOST + "X: 1\r\n".repeat(120) + "\r\n"),
                arguments(400, LARGE, "GET /token HTTP/1.1\r\n" + HOST + "X: " + large + "\r\n\r\n"),
                arguments(400, LARGE, "GET /token HTTP/1.1\r\n" + HOST + "Cookie: a=" + large + "\r\n\r\n"),
                arguments(400, LARGE, "GET /token?appid=" + large + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, "does not end with a protocol", "GET /token FTP" + CANARY + "\r\n" + HOST + "\r\n"),
                arguments(505, "use HTTP/1.1", "GET /token HTTP/9.9\r\n" + HOST + "\r\n"),
                arguments(501, "method CONNECT", "CONNECT " + CANARY + ":1 HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(400, "one Content-Length", REPORT + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
                arguments(400, "not a number", REPORT + "Content-Length: " + CANARY + "\r\n\r\n{}"),
                arguments(400, "not a number", REPORT + "Content-Length: -1\r\n\r\n{}"),
                arguments(400, "could not be read", REPORT + "Transfer-Encoding: chunked\r\n\r\n" + CANARY + "\r\n"),
                arguments(501, "except for chunked", REPORT + "Transfer-Encoding: " + CANARY + "\r\n\r\n"),
                arguments(400, "Transfer-Encoding", REPORT + "Transfer-Encoding: @" + CANARY + "\r\n\r\n"),
                arguments(408, "in time", REPORT + "Content-Length: 99\r\n\r\n" + CANARY),
                arguments(417, "Expect", REPORT + "Expect: " + CANARY + "\r\nContent-Length: 0\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource
    void requests(int status, String reason, String request) {
        assertProblem(receive(request), status, reason);
    }

    /** The request itself may be unreadable: its path is then read from the raw request line. */
    static Stream<Arguments> weChats() {
        String large = CANARY.repeat(1000);
        String token = "GET /cgi-bin/token?secret=";
        return Stream.of(
                arguments(ENCODED, token + "<" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(ENCODED, "GET //cgi-bin/token?secret=<" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(ENCODED, "GET http://localhost/cgi-bin/token?\"" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(LARGE, token + large + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(LARGE, token + " HTTP/1.1\r\n" + HOST + "Cookie: a=" + large + "\r\n\r\n"),
                arguments("not a host name", token + CANARY + " HTTP/1.1\r\nHost: a b\r\n\r\n"),
                arguments("use HTTP/1.1", token + CANARY + " HTTP/1.2\r\n" + HOST + "\r\n"),
                arguments("not a number", "POST /cgi-bin/token HTTP/1.1\r\n" + HOST + "Content-Length: x\r\n\r\n"),
                arguments(TARGET, "GET /cgi-bin/token;" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(TARGET, "GET /cgi-bin/%zz" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void weChats(String reason, String request) {
        assertThat(receive(request))
                .startsWith("HTTP/1.1 200")
                .contains(
                        "Content-Type: application/json",
                        "Cache-Control: no-store",
                        "{\"errcode\":47001,\"errmsg\":\"data format error: ",
                        reason)
                .doesNotContain(CANARY, "<html", "Exception", "Apache", "Tomcat");
    }

    /** SDKs repeat calls with some of WeChat's codes. */
    @Test
    void pathsOfTheRelayGetProblems() {
        String call = "/relay/cgi-bin/token?secret=" + CANARY;
        assertProblem(receive("GET " + call + "< HTTP/1.1\r\n" + HOST + "\r\n"), 400, ENCODED);
        assertProblem(receive("GET " + call + " HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, "not a host name");
        assertProblem(receive("POST " + call + " HTTP/1.1\r\n" + HOST + "Expect: x\r\n\r\n"), 417, "Expect");
        assertProblem(receive("GET /sns/jscode2session?secret=< HTTP/1.1\r\n" + HOST + "\r\n"), 400, ENCODED);
        assertProblem(
                receive("POST " + call + " HTTP/1.1\r\n" + HOST + "Content-Length: 99\r\n\r\n" + CANARY),
                408,
                "in time");
    }

    @Test
    void otherPathsThatLookLikeWeChatsAreNot() {
        for (String path : List.of("/cgi-bin", "/cgi-binary/", "/x/cgi-bin/", "/?/cgi-bin/")) {
            assertProblem(receive("GET " + path + "< HTTP/1.1\r\n" + HOST + "\r\n"), 400, ENCODED);
        }
    }

    @Test
    void eachIsLoggedWithItsReasonAndAddress(CapturedOutput output) {
        String request = "GET /token?" + CANARY + " HTTP/1.1\r\nHost: localhost:" + CANARY + "\r\n\r\n";
        int before = output.getAll().split(REJECTED, -1).length;
        receive(request);
        assertThat(output.getAll().split(REJECTED, -1).length).isBetween(before, before + 1);
        assertThat(output).contains(" WARN ", REJECTED + "The Host header is not a host name");
    }

    @Test
    void whatIsServedAgainLeavesNoTrace() {
        for (String head :
                List.of("//token HTTP/1.1\r\nHost: localhost", "/token HTTP/1.1\r\nHost: wx_token.localhost")) {
            assertThat(receive("GET " + head + "\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
    }

    private String receive(String request) {
        try (Wire wire = new Wire(server.url().getPort())) {
            return wire.send(request).receive();
        }
    }

    @Test
    void anEndlessBodyIsNotReadToItsEnd() {
        String chunk = "1000\r\n" + CANARY.repeat(1000).substring(0, 0x1000) + "\r\n";
        String type = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (Wire wire = new Wire(server.url().getPort())) {
            assertProblem(wire.send(REPORT + type + chunk.repeat(3)).receive(), 413, "8 KB");
        }
    }

    @Test
    void aLengthThatIsTooLargeIsRefusedUnseen() {
        try (Wire wire = new Wire(server.url().getPort())) {
            assertProblem(wire.send(REPORT + "Content-Length: 8193\r\n\r\n").receive(), 413, "8 KB");
        }
    }

    @Test
    void aManagementPortOfItsOwnSpeaksNoHtmlEither() {
        String port = String.valueOf(server.bean(Environment.class).getProperty("local.management.port"));
        try (Wire wire = new Wire(Integer.parseInt(port))) {
            assertProblem(
                    wire.send("GET /a<" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n")
                            .receive(),
                    400,
                    ENCODED);
        }
        try (Wire wire = new Wire(Integer.parseInt(port))) {
            assertProblem(
                    wire.send("GET /" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n")
                            .receive(),
                    404,
                    "nothing at this path");
        }
        try (Wire wire = new Wire(Integer.parseInt(port))) {
            String health = wire.send("GET /actuator/health/liveness HTTP/1.1\r\n" + HOST + "\r\n")
                    .receive();
            assertThat(health).startsWith("HTTP/1.1 200").contains("Cache-Control: no-store");
        }
    }

    private static void assertProblem(String answer, int status, String reason) {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status)
                .contains(
                        "Content-Type: application/problem+json",
                        "Cache-Control: no-store",
                        "\"status\":" + status,
                        reason)
                .doesNotContain(CANARY, "<html", "Exception", "Apache", "Tomcat");
    }
}
