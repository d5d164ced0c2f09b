package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.simulator.WeChatSimulator;
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

/** Tests that malformed HTTP and requests rejected before Spring are also answered with a problem detail. */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MalformedRequestTest {

    private static final String CANARY = "canary-4711";
    private static final String HOST = "Host: localhost\r\nConnection: close\r\n";
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
                arguments("no HTTP", 400, CANARY + "\r\n\r\n"),
                arguments(
                        "an illegal character in the path", 400, "GET /a|" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("one in the query", 400, "GET /token?{" + CANARY + "} HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("a broken escape", 400, "GET /%zz" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("no UTF-8 in the path", 400, "GET /%ff" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("a way out", 400, "GET /../" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments(
                        "a broken escape in the query",
                        400,
                        "GET /token?a=%zz" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("no host", 400, "GET /token HTTP/1.1\r\nConnection: close\r\n\r\n"),
                arguments("two hosts", 400, "GET /token HTTP/1.1\r\n" + HOST + "Host: " + CANARY + "\r\n\r\n"),
                arguments("a broken header", 400, "GET /token HTTP/1.1\r\n" + HOST + "B@d " + CANARY + ": x\r\n\r\n"),
                arguments("a large header", 400, "GET /token HTTP/1.1\r\n" + HOST + "X: " + large + "\r\n\r\n"),
                arguments("a large target", 400, "GET /token?appid=" + large + " HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("another version", 505, "GET /token HTTP/9.9\r\n" + HOST + "\r\n"),
                arguments("a proxy's method", 501, "CONNECT " + CANARY + ":1 HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("two lengths", 400, REPORT + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
                arguments("no length", 400, REPORT + "Content-Length: " + CANARY + "\r\n\r\n{}"),
                arguments("a broken chunk", 400, REPORT + "Transfer-Encoding: chunked\r\n\r\n" + CANARY + "\r\n"),
                arguments("another transfer encoding", 501, REPORT + "Transfer-Encoding: " + CANARY + "\r\n\r\n"),
                arguments("half a body", 408, REPORT + "Content-Length: 99\r\n\r\n" + CANARY),
                arguments("another expectation", 417, REPORT + "Expect: " + CANARY + "\r\nContent-Length: 0\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void requests(String name, int status, String request) {
        try (Wire wire = new Wire(server.url().getPort())) {
            assertProblem(wire.send(request).receive(), status);
        }
    }

    @Test
    void anEndlessBodyIsNotReadToItsEnd() {
        String chunk = "1000\r\n" + CANARY.repeat(1000).substring(0, 0x1000) + "\r\n";
        String type = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (Wire wire = new Wire(server.url().getPort())) {
            assertProblem(wire.send(REPORT + type + chunk.repeat(3)).receive(), 413);
        }
    }

    @Test
    void aLengthThatIsTooLargeIsRefusedUnseen() {
        try (Wire wire = new Wire(server.url().getPort())) {
            assertProblem(wire.send(REPORT + "Content-Length: 8193\r\n\r\n").receive(), 413);
        }
    }

    @Test
    void aManagementPortOfItsOwnSpeaksNoHtmlEither() {
        String port = String.valueOf(server.bean(Environment.class).getProperty("local.management.port"));
        try (Wire wire = new Wire(Integer.parseInt(port))) {
            assertProblem(
                    wire.send("GET /a|" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n")
                            .receive(),
                    400);
        }
        try (Wire wire = new Wire(Integer.parseInt(port))) {
            assertProblem(
                    wire.send("GET /" + CANARY + " HTTP/1.1\r\n" + HOST + "\r\n")
                            .receive(),
                    404);
        }
        try (Wire wire = new Wire(Integer.parseInt(port))) {
            String health = wire.send("GET /actuator/health/liveness HTTP/1.1\r\n" + HOST + "\r\n")
                    .receive();
            assertThat(health).startsWith("HTTP/1.1 200").contains("Cache-Control: no-store");
        }
    }

    private static void assertProblem(String answer, int status) {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status)
                .contains("Content-Type: application/problem+json", "Cache-Control: no-store", "\"status\":" + status)
                .doesNotContain(CANARY, "<html", "Exception", "Apache", "Tomcat");
    }
}
