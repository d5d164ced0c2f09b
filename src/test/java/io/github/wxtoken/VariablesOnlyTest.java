package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.support.Environments;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Tests configurations of environment variables alone, beside the shipped file, as in a container. */
@ExtendWith(OutputCaptureExtension.class)
class VariablesOnlyTest {

    private static final Path FILE = Path.of(System.getProperty("basedir", ""), "config", "application.yml");
    private static final String APPID = "wx00000000000000aa";

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();

    @AfterEach
    void close() {
        wechat.close();
    }

    @Test
    void servesAccountsAndCallersOfVariables(CapturedOutput output) throws Exception {
        wechat.account(APPID, RunningServer.SECRET);
        try (var server = start(Map.of(
                "WXTOKEN_ACCOUNTS_SHOP_APPID",
                APPID,
                "WXTOKEN_ACCOUNTS_SHOP_SECRET",
                RunningServer.SECRET,
                "WXTOKEN_CALLERS_CRM_KEYSHA256",
                Keys.sha256("crm"),
                "WXTOKEN_CALLERS_CRM_ACCOUNTS",
                "shop",
                "WXTOKEN_CALLERS_PROMETHEUS_KEYSHA256",
                Keys.sha256("prometheus"),
                "WXTOKEN_CALLERS_PROMETHEUS_ACCOUNTS",
                "",
                "WXTOKEN_CALLERS_PROMETHEUS_OPERATOR",
                "true"))) {
            assertThat(status(server, "/token", "crm")).isEqualTo(200);
            assertThat(status(server, "/actuator/prometheus", "crm")).isEqualTo(403);
            assertThat(status(server, "/actuator/prometheus", "prometheus")).isEqualTo(200);
            assertThat(status(server, "/token?appid=" + APPID, "prometheus")).isEqualTo(404);
        }
        assertThat(output).contains("accounts   absent, since both AppID and secret are empty: main");
    }

    @Test
    void theAccountOfTheFileIsThereIfItIsSet() throws Exception {
        wechat.account(APPID, RunningServer.SECRET);
        try (var server = start(Map.of(
                "WECHAT_APPID",
                APPID,
                "WECHAT_SECRET",
                RunningServer.SECRET,
                "WXTOKEN_CALLERS_CRM_KEYSHA256",
                Keys.sha256("crm"),
                "WXTOKEN_CALLERS_CRM_ACCOUNTS",
                "main"))) {
            assertThat(status(server, "/token", "crm")).isEqualTo(200);
        }
    }

    @Test
    void aCallerCannotUseAnAbsentAccount(CapturedOutput output) {
        assertThatThrownBy(() -> start(Map.of(
                        "WXTOKEN_ACCOUNTS_SHOP_APPID",
                        APPID,
                        "WXTOKEN_ACCOUNTS_SHOP_SECRET",
                        RunningServer.SECRET,
                        "WXTOKEN_CALLERS_CRM_KEYSHA256",
                        Keys.sha256("crm"),
                        "WXTOKEN_CALLERS_CRM_ACCOUNTS",
                        "shop,main")))
                .isNotNull();

        assertThat(output)
                .contains("Property: wxtoken.callers.crm.accounts[1]")
                .contains("An account whose AppID and secret are both empty counts as absent.");
    }

    private ConfigurableApplicationContext start(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("SPRING_CONFIG_ADDITIONALLOCATION", FILE.toUri().toString());
        all.put("SERVER_PORT", "0");
        all.put("SERVER_ADDRESS", "127.0.0.1");
        all.put(
                "WXTOKEN_WECHAT_HOSTS",
                wechat.hosts().stream().map(URI::toString).collect(Collectors.joining(",")));
        return new SpringApplicationBuilder(WxTokenApplication.class)
                .environment(Environments.with().variables(all).build())
                .run();
    }

    private static int status(ConfigurableApplicationContext server, String path, String caller)
            throws IOException, InterruptedException {
        URI base = URI.create("http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port"));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(base.resolve(path))
                                .headers(Keys.bearer(caller))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
