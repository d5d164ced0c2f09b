package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.api.Wire;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that ports without keys answer no requests that foreign web pages make, also not by DNS rebinding. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForeignRequestTest {

    private static final String ORDER = "{\"action\":\"revoke\"}";

    private final WeChatSimulator wechat = WeChatSimulator.start();

    /** Neither port of this server asks for a key. */
    private RunningServer server;

    /** The main port of this server asks for a key. */
    private RunningServer guarded;

    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        server = RunningServer.start(
                wechat,
                "--management.server.port=0",
                "--management.server.address=127.0.0.1",
                "--server.http2.enabled=true",
                "--server.forward-headers-strategy=native",
                "--wxtoken.allowed-hosts=WxToken.Example,wx-token.example,wx_token,_wx.example_");
        server.token();
        guarded = RunningServer.start(
                wechat,
                Stream.concat(
                                Stream.of(Keys.arguments("shop")),
                                Stream.of(
                                        "--management.server.port=0",
                                        "--management.server.address=127.0.0.1",
                                        "--wxtoken.allowed-hosts=wxtoken.example,wx-token.example,wx_token,_wx.example_"))
                        .toArray(String[]::new));
        guarded.callAs(Keys.bearer("shop"));
        guarded.getUntil("/token", answer -> answer.status() == 200);
    }

    @AfterAll
    void stop() {
        guarded.close();
        server.close();
        wechat.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8080",
                "LocalHost",
                "localhost.",
                "localhost.:8080",
                "wx.localhost",
                "a.b.localhost:1",
                "127.0.0.1",
                "127.0.0.1:8080",
                "10.1.2.3",
                "[::1]",
                "[::1]:8080",
                "[2001:DB8::1]:9",
                "[::ffff:10.1.2.3]",
                "wxtoken.example",
                "WXTOKEN.example.:8443",
                "wx-token.example:8080",
                "wx_token",
                "Wx_Token.:8080",
                "_wx.example_:1",
                "wx_token.localhost",
            })
    void isServedByTheseHosts(String host) {
        for (Port port : Port.WITHOUT_KEYS) {
            assertThat(status(port, "GET " + port.path + " HTTP/1.1", "Host: " + host))
                    .as(port + " " + host)
                    .isEqualTo(200);
            assertThat(status(port, "GET http://" + host + port.path + " HTTP/1.1", "Host: " + host))
                    .as(port + " absolute " + host)
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "EVIL.example.",
                "localhost.evil.example",
                "evil-localhost",
                "notlocalhost",
                "localhost..",
                ".localhost",
                "127.0.0.1.evil.example",
                "127.0.0.1.nip.io",
                "1.2.3",
                "a.wxtoken.example",
                "wxtoken.example.evil.example",
                "wxtoken",
                "x-token.example",
                "evil_name",
                "evil_localhost",
                "wx_token.evil.example",
                "_",
            })
    void isNotServedByOthers(String host) {
        for (Port port : Port.WITHOUT_KEYS) {
            for (String path : List.of(port.path, "/", "/status", "/none", "/actuator/health/liveness")) {
                assertThat(status(port, "GET " + path + " HTTP/1.1", "Host: " + host))
                        .as(port + " " + path)
                        .isIn(400, 421);
            }
            assertThat(status(port, "GET http://" + host + port.path + " HTTP/1.0"))
                    .as(port + " absolute, without a Host header")
                    .isIn(400, 421);
        }
    }

    /** Tomcat rejects most of these. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /token HTTP/1.1 | Host: localhost@evil.example",
                "GET /token HTTP/1.1 | Host: evil.example@localhost",
                "GET http://localhost@evil.example/token HTTP/1.1 | Host: evil.example",
                "GET http://localhost@evil.example/token HTTP/1.0 | X: x",
                "GET http://localhost/token HTTP/1.1 | Host: evil.example",
                "GET http://evil.example/token HTTP/1.1 | Host: localhost",
                "GET /token HTTP/1.1 | Host: localhost, evil.example",
                "GET /token HTTP/1.1 | Host: evil.example#localhost",
                "GET /token HTTP/1.1 | Host: [::1].evil.example",
                "GET /token HTTP/1.1 | Host: localhost:8080:evil.example",
                "GET /token HTTP/1.1 | Host: http://localhost",
                "GET /token HTTP/1.1 | Host: wx_token@evil.example",
                "GET /token HTTP/1.1 | Host: [::1_]",
                "GET /token HTTP/1.1 | Host: wx_token:80_80",
                "GET /token HTTP/1.1 | Host: wx_token..localhost",
            })
    void malformedHostsAreNotServed(String line, String header) {
        assertThat(status(Port.MAIN, line, header)).isIn(400, 421);
    }

    @Test
    void twoHostsAreNotServed() {
        assertThat(status(Port.MAIN, "GET /token HTTP/1.1", "Host: localhost", "Host: evil.example"))
                .isEqualTo(400);
    }

    /** As the image's health check asks. */
    @ParameterizedTest
    @EnumSource(names = "GUARDED", mode = EnumSource.Mode.EXCLUDE)
    void clientsWithoutAHostAreServed(Port port) {
        assertThat(status(port, "GET " + port.path + " HTTP/1.0")).isEqualTo(200);
        assertThat(status(port, "GET /actuator/health/liveness HTTP/1.0")).isEqualTo(port == Port.MAIN ? 404 : 200);
        assertThat(status(port, "GET " + port.path + " HTTP/1.0", "Origin: http://evil.example"))
                .isEqualTo(403);
    }

    /** A page reached by DNS rebinding may set these headers. */
    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Host: localhost", "Forwarded: host=localhost", "X-Host: localhost"})
    void headersOfProxiesDoNotReplaceTheHost(String header) {
        assertThat(status(Port.MAIN, "GET /token HTTP/1.1", "Host: evil.example", header))
                .isEqualTo(421);
    }

    /** Tests all combinations of the headers that reveal a foreign page. */
    @ParameterizedTest
    @EnumSource(names = "GUARDED", mode = EnumSource.Mode.EXCLUDE)
    void foreignPagesAreRefused(Port port) {
        Map<String, Integer> hosts = Map.of("localhost:8080", 0, "evil.example:8080", 421);
        Map<String, Integer> origins = Map.of(
                "X-None: x", 0,
                "Origin: http://localhost:8080", 0,
                "Origin: https://LOCALHOST:8080", 0,
                "Origin: http://localhost:3000", 403,
                "Origin: http://localhost", 403,
                "Origin: http://evil.example", 403,
                "Origin: null", 403,
                "Origin: chrome-extension://localhost:8080", 403,
                "Origin: ", 403);
        Map<String, Integer> sites = Map.of(
                "X-Nothing: x", 0,
                "Sec-Fetch-Site: none", 0,
                "Sec-Fetch-Site: same-origin", 0,
                "Sec-Fetch-Site: same-site", 403,
                "Sec-Fetch-Site: cross-site", 403,
                "Sec-Fetch-Site: other", 403);
        Map<String, Integer> modes = Map.of("X-No: x", 0, "Sec-Fetch-Mode: navigate", 0, "Sec-Fetch-Mode: no-cors", 0);
        Map<String, Integer> calls =
                Map.of("GET " + port.path, 200, "POST " + port.path, 405, "OPTIONS " + port.path, 200, "GET /x", 404);
        SoftAssertions soft = new SoftAssertions();
        hosts.forEach((host, misdirected) -> origins.forEach((origin, foreign) -> sites.forEach((site, cross) -> {
            modes.keySet()
                    .forEach(mode -> calls.forEach((call, otherwise) -> {
                        int expected = misdirected > 0 ? misdirected : Math.max(foreign, cross);
                        int status = status(port, call + " HTTP/1.1", "Host: " + host, origin, site, mode);
                        soft.assertThat(status)
                                .as(String.join(", ", port.name(), call, host, origin, site, mode))
                                .isEqualTo(expected > 0 ? expected : otherwise);
                    }));
        })));
        soft.assertAll();
    }

    /** A proxy in front may end TLS. */
    @ParameterizedTest
    @CsvSource({
        "wxtoken.example, https://wxtoken.example, 200",
        "wxtoken.example, http://wxtoken.example, 200",
        "wxtoken.example:443, https://wxtoken.example, 200",
        "wxtoken.example:80, http://wxtoken.example, 200",
        "wxtoken.example:80, https://wxtoken.example, 403",
        "wxtoken.example, https://wxtoken.example:8443, 403",
        "wxtoken.example, https://wx-token.example, 403",
        "localhost, https://wxtoken.example, 403",
        "[::1]:8080, http://[::1]:8080, 200",
        "[::1]:8080, http://[::2]:8080, 403",
        "localhost.:8080, http://localhost.:8080, 200",
        "localhost:8080, http://user@localhost:8080, 403",
        "localhost:8080, http://localhost:8080/, 403",
        "localhost:8080, http://localhost:8080 http://evil.example, 403",
    })
    void theOriginIsThatOfTheHost(String host, String origin, int status) {
        assertThat(status(Port.MAIN, "GET /token HTTP/1.1", "Host: " + host, "Origin: " + origin))
                .isEqualTo(status);
    }

    @Test
    void oneOfTwoOriginsIsForeign() {
        assertThat(status(
                        Port.MAIN,
                        "GET /token HTTP/1.1",
                        "Host: localhost",
                        "Origin: http://localhost",
                        "Origin: http://evil.example"))
                .isEqualTo(403);
        assertThat(status(
                        Port.MAIN,
                        "GET /token HTTP/1.1",
                        "Host: localhost",
                        "Sec-Fetch-Site: same-origin",
                        "Sec-Fetch-Site: cross-site"))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /status, navigate, cross-site, 200",
        "GET, /status, navigate, same-site, 200",
        "GET, /status/, navigate, cross-site, 302",
        "GET, /status?x, navigate, cross-site, 200",
        "GET, /, navigate, cross-site, 200",
        "GET, /, cors, cross-site, 403",
        "GET, /status, no-cors, cross-site, 403",
        "GET, /status, cors, cross-site, 403",
        "POST, /status, navigate, cross-site, 403",
        "HEAD, /status, navigate, cross-site, 403",
        "GET, /status/main.js, navigate, cross-site, 403",
        "GET, /status/../actuator/tokens, navigate, cross-site, 403",
        "GET, /actuator/tokens, navigate, cross-site, 403",
        "GET, /actuator/tokens/status, navigate, cross-site, 403",
    })
    void aLinkMayOpenTheStatusPageOnly(String method, String path, String mode, String site, int status) {
        assertThat(status(
                        Port.MANAGEMENT,
                        method + " " + path + " HTTP/1.1",
                        "Host: localhost",
                        "Sec-Fetch-Site: " + site,
                        "Sec-Fetch-Mode: " + mode))
                .isEqualTo(status);
    }

    @Test
    void aPageCannotReportOrOrder() {
        int attempts = wechat.journal().attempts(APPID);
        String length = "Content-Length: " + ORDER.length();
        String json = "Content-Type: application/json";
        String order = "POST /actuator/tokens/account1 HTTP/1.1";
        String site = "Sec-Fetch-Site: cross-site";
        String origin = "Origin: http://evil.example";
        for (Port port : List.of(Port.MANAGEMENT, Port.GUARDED_MANAGEMENT)) {
            assertThat(status(port, order, "Host: evil.example", json, length, "", ORDER))
                    .isEqualTo(421);
            assertThat(status(port, order, "Host: localhost", origin, json, length, "", ORDER))
                    .isEqualTo(403);
            assertThat(status(port, order, "Host: localhost", site, json, length, "", ORDER))
                    .isEqualTo(403);
        }
        for (String foreign : List.of(origin, site)) {
            assertThat(status(
                            Port.MAIN, "POST /token/refresh HTTP/1.1", "Host: localhost", foreign, "Content-Length: 0"))
                    .isEqualTo(403);
        }
        assertThat(wechat.journal().attempts(APPID)).isEqualTo(attempts);
    }

    @Test
    void theAnswerSaysWhatToDo() {
        for (Port port : List.of(Port.MAIN, Port.MANAGEMENT)) {
            String host = receive(port, "GET /canary HTTP/1.1", "Host: canary-4711.example");
            assertProblem(host, 421, "wxtoken.allowed-hosts");
            String origin = receive(port, "GET /canary HTTP/1.1", "Host: localhost", "Origin: http://canary-4711");
            assertProblem(origin, 403, "Origin");
        }
    }

    private static void assertProblem(String answer, int status, String text) {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status)
                .contains(
                        "Content-Type: application/problem+json",
                        "Cache-Control: no-store",
                        "\"status\":" + status,
                        "\"detail\":\"",
                        text)
                .doesNotContain("canary", "<html", "Access-Control");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cgi-bin/token", "/cgi-bin/other", "/cgi%2Dbin/token", "/cgi-bin/ticket/getticket"})
    void weChatsPathsAnswerInWeChatsFormat(String path) {
        assertThat(receive(Port.MAIN, "GET " + path + " HTTP/1.1", "Host: evil.example"))
                .startsWith("HTTP/1.1 200")
                .contains("Content-Type: application/json", "\"errcode\":48001", "wxtoken.allowed-hosts");
        assertThat(receive(Port.MAIN, "GET " + path + " HTTP/1.1", "Host: localhost", "Origin: null"))
                .startsWith("HTTP/1.1 200")
                .contains("\"errcode\":48001", "Origin");
    }

    @Test
    void aBodyDoesNotLoseTheAnswer() {
        assertThat(receive(
                        Port.MAIN,
                        "POST /token/refresh HTTP/1.1",
                        "Host: evil.example",
                        "Content-Length: 60000",
                        "",
                        "x".repeat(60_000)))
                .startsWith("HTTP/1.1 421")
                .contains("wxtoken.allowed-hosts");
    }

    /** The second call of a connection is HTTP/2 from the start and may have no Host header. */
    @Test
    void http2HasAHostAsWell() {
        String own = "http://127.0.0.1:" + server.url().getPort();
        for (int i = 0; i < 3; i++) {
            RunningServer.Answer answer =
                    server.getLater("/token", "Origin", own).join();
            assertThat(answer.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(server.getLater("/token", "Origin", "http://evil.example")
                            .join()
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void aPortThatAsksForAKeyIsServedByAnyName() {
        String key = String.join(": ", Keys.bearer("shop"));
        for (String header : List.of("Origin: http://evil.example", "Sec-Fetch-Site: cross-site")) {
            for (String host : List.of("wxtoken.corp.example", "wx_token", "wx_token:8080")) {
                assertThat(status(Port.GUARDED, "GET /token HTTP/1.1", "Host: " + host, key, header))
                        .as(host)
                        .isEqualTo(200);
            }
            // 429 after ten calls without a key in a minute, as by other tests of this class.
            assertThat(status(Port.GUARDED, "GET /token HTTP/1.1", "Host: evil.example", header))
                    .isIn(401, 429);
        }
    }

    /** Returns the status of the answer to a request: its first line, its headers and, after an empty line, its body. */
    private int status(Port port, String... lines) {
        String answer = receive(port, lines);
        assertThat(answer).startsWith("HTTP/1.1 ");
        return Integer.parseInt(answer.substring(9, 12));
    }

    private String receive(Port port, String... lines) {
        RunningServer of = port == Port.GUARDED || port == Port.GUARDED_MANAGEMENT ? guarded : server;
        String name = port == Port.MAIN || port == Port.GUARDED ? "local.server.port" : "local.management.port";
        String request = lines[0] + "\r\nConnection: close\r\n"
                + String.join("\r\n", Stream.of(lines).skip(1).toList());
        try (Wire wire = new Wire(of.property(name))) {
            return wire.send(List.of(lines).contains("") ? request : request + "\r\n\r\n")
                    .receive();
        }
    }

    /** The ports of the servers, with a path that each serves. */
    private enum Port {
        MAIN("/token"),
        MANAGEMENT("/actuator/tokens"),
        GUARDED("/token"),
        GUARDED_MANAGEMENT("/actuator/tokens");

        private static final List<Port> WITHOUT_KEYS = List.of(MAIN, MANAGEMENT, GUARDED_MANAGEMENT);

        private final String path;

        Port(String path) {
            this.path = path;
        }
    }
}
