package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.api.Wire;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a path in another spelling gives no access that the plain path does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PathsTest {

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer server;
    private int calls;

    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        List<String> arguments = Stream.of(
                        Keys.arguments("shop"), new String[] {"--server.forward-headers-strategy=native"})
                .flatMap(Stream::of)
                .toList();
        server = RunningServer.start(wechat, arguments.toArray(String[]::new));
        server.callAs(Keys.bearer("shop"));
        server.getUntil("/token", answer -> answer.status() == 200);
    }

    @AfterAll
    void stop() {
        server.close();
        wechat.close();
    }

    static Stream<String> paths() {
        return Stream.of("/token", "/actuator/prometheus", "/actuator/health/tokens")
                .flatMap(path -> Stream.of(
                        path.replace("/", "//"),
                        "/" + path,
                        "///" + path.substring(1).replace("/", "///"),
                        "//actuator//health" + path,
                        "/actuator//health//.." + path,
                        "/actuator/health//../.." + path,
                        "/cgi-bin//.." + path,
                        "//cgi-bin/.." + path,
                        "//cgi-bin" + path,
                        "//status/" + path,
                        "/status//.." + path,
                        "/status//" + path,
                        path.replace("/", "//;/"),
                        path.replace("/", "/%2f/"),
                        path.replace("/", "//.//"),
                        "http://localhost/" + path,
                        path.replace("/", "/./"),
                        path.replace("/", "/x/../"),
                        path.replace("/", "/%2e/"),
                        path.replace("/", "/x/%2e%2e/"),
                        path.replace("/", "/x/..;/"),
                        path.replace("/", "%2f"),
                        "/" + path.substring(1).replace("/", "%2F") + "%2F",
                        path.replace("/", "/%5c"),
                        path.replace("/", "/%252f"),
                        path.replace("/", "/;a=b/"),
                        "/actuator/health/../.." + path,
                        "/actuator/health/..;/.." + path,
                        "/actuator/health/%2e%2e/%2e%2e" + path,
                        "/cgi-bin/.." + path,
                        "/cgi-bin/..;" + path,
                        "/cgi-bin/%2e%2e" + path,
                        "/cgi-bin/x/../.." + path,
                        "/status/.." + path,
                        "/status/..;" + path,
                        "/status/%2e%2e" + path,
                        "/status" + path,
                        "/actuator/health" + path,
                        "/actuator/health;" + path,
                        "/actuator/health%3b" + path,
                        "/actuator/health%00" + path,
                        "/actuator/health/liveness/.." + path,
                        path + "/",
                        path + ";",
                        path + ";x=/actuator/health",
                        path + "?/actuator/health",
                        path + "%20",
                        path + "%00",
                        path + ".json",
                        path + "/health",
                        path.toUpperCase(Locale.ROOT),
                        path.replace("t", "%74"),
                        "http://localhost/actuator/health/.." + path,
                        "http://localhost" + path));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void withoutAKeyNothingIsOpen(String path) {
        String answer = ask(path, "");
        assertThat(answer).doesNotContain("access_token", "jvm_", "appid");
        // WeChat's paths answer errors with 200.
        if (!answer.contains("{\"errcode\":4")) {
            assertThat(answer).doesNotStartWith("HTTP/1.1 2");
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void withACallersKeyNothingOperationalIsOpen(String path) {
        String answer = ask(path, "Authorization: Bearer " + Keys.of("shop") + "\r\n");
        assertThat(answer).doesNotContain("jvm_", "\"details\"").doesNotStartWith("HTTP/1.1 5");
        if (path.contains("actuator") || path.contains("ACTUATOR")) {
            assertThat(answer).doesNotContain("access_token");
        }
    }

    private String ask(String path, String headers) {
        try (Wire wire = new Wire(server.url().getPort())) {
            return wire.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + "X-Forwarded-For: 2001:db8:0:" + Integer.toHexString(++calls) + "::1\r\n" + headers
                            + "\r\n")
                    .receive();
        }
    }
}
