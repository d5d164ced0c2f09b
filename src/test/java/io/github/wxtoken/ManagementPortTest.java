package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.api.Wire;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that a separate management port shows details to any client but never shows tokens. */
final class ManagementPortTest {

    @Test
    void whatIsOperationalMovesThereAndNothingElse() {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer server = RunningServer.start(
                    wechat,
                    Keys.arguments("shop")[0],
                    "--management.server.port=0",
                    "--management.server.address=127.0.0.1")) {
                server.callAs(Keys.bearer("shop"));
                server.getUntil("/token", answer -> answer.status() == 200);
                assertThat(server.get("/actuator/health").status()).isEqualTo(404);

                int port = server.property("local.management.port");
                assertThat(ask(port, "/actuator/health"))
                        .startsWith("HTTP/1.1 200")
                        .contains("\"appid\":\"" + APPID);
                assertThat(ask(port, "/actuator/health/tokens")).startsWith("HTTP/1.1 200");
                assertThat(ask(port, "/actuator/prometheus"))
                        .startsWith("HTTP/1.1 200")
                        .contains("jvm_");
                assertThat(ask(port, "/status"))
                        .startsWith("HTTP/1.1 200")
                        .contains("name=\"wxtoken-endpoints\" content=\"actuator/\"");
                assertThat(ask(port, "/status/main.js")).startsWith("HTTP/1.1 200");
                assertThat(ask(server.url().getPort(), "/status"))
                        .startsWith("HTTP/1.1 404")
                        .doesNotContain("<html");
                assertThat(ask(port, "/token")).startsWith("HTTP/1.1 404");
                assertThat(ask(port, "/token", String.join(": ", Keys.bearer("shop")) + "\r\n"))
                        .startsWith("HTTP/1.1 404");
                assertThat(ask(server.url().getPort(), "/token")).startsWith("HTTP/1.1 401");
            }
        }
    }

    /** That port has its own application context and dispatcher. */
    @Test
    void hintsAreInTheLanguageOfTheRequestThereAsWell() {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET).refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET);
            try (RunningServer server = RunningServer.start(
                    wechat, "--management.server.port=0", "--management.server.address=127.0.0.1")) {
                server.getUntil("/token", answer -> answer.json().has("errcode"));
                int port = server.property("local.management.port");
                assertThat(ask(port, "/actuator/health", "Accept-Language: zh-CN\r\n"))
                        .contains("AppSecret 不正确");
                assertThat(ask(port, "/actuator/health", "Accept-Language: fr\r\n"))
                        .contains("The AppSecret is wrong");
            }
        }
    }

    @Test
    void idleConnectionsDoNotKeepOthersOut() {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer server = RunningServer.start(
                    wechat, "--management.server.port=0", "--management.server.address=127.0.0.1")) {
                int port = server.property("local.management.port");
                List<Wire> idle = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    idle.add(new Wire(port).send("GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                }
                assertThat(ask(port, "/actuator/health/liveness")).startsWith("HTTP/1.1 200");
                idle.forEach(Wire::close);
            }
        }
    }

    private static String ask(int port, String path) {
        return ask(port, path, "");
    }

    private static String ask(int port, String path, String headers) {
        try (Wire wire = new Wire(port)) {
            return wire.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Connection: close\r\n\r\n")
                    .receive();
        }
    }
}
