package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that {@code /} leads browsers to the status page and others to the calls, and that its URL is known. */
final class IndexPageTest {

    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private static final String[] MANAGEMENT = {"--management.server.port=0", "--management.server.address=127.0.0.1"};

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void openAccount() {
        wechat.account(APPID, SECRET);
    }

    @AfterEach
    void close() {
        wechat.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--wxtoken.store=memory", "--wxtoken.callers.shop.key-sha256="})
    void browsersAreSentToTheStatusPageWithAndWithoutCallers(String argument) throws Exception {
        String callers = argument.endsWith("=") ? Keys.arguments("shop")[0] : argument;
        try (RunningServer server = RunningServer.start(wechat, callers)) {
            HttpResponse<String> answer = get(server.url() + "/", BROWSER);
            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(answer.headers().firstValue("Location")).contains("status");
            assertThat(get(server.url() + "/status", BROWSER).statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
            assertThat(get(server.url() + "//", BROWSER).statusCode()).isEqualTo(302);
            for (String accept : new String[] {"*/*", "application/json"}) {
                HttpResponse<String> index = get(server.url() + "/", accept);
                assertThat(index.statusCode()).isEqualTo(200);
                assertThat(index.headers().firstValue("Content-Type")).contains("application/json");
                assertThat(index.body())
                        .isEqualTo("{\"name\":\"wxtoken\",\"description\":\"Central control server for WeChat access"
                                + " tokens\",\"links\":{\"token\":\"/token\",\"openapi\":\"/openapi.yaml\","
                                + "\"status\":\"/status\",\"health\":\"/actuator/health\"}}");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"--server.servlet.context-path=/wx", "--spring.mvc.servlet.path=/wx"})
    void thePathOfTheServerIsPartOfIt(String path) throws Exception {
        try (RunningServer server = RunningServer.start(wechat, path)) {
            assertThat(get(server.url() + "/wx/", BROWSER).headers().firstValue("Location"))
                    .contains("status");
            assertThat(get(server.url() + "/wx/", "*/*").body())
                    .contains("\"token\":\"/wx/token\"", "\"health\":\"/wx/actuator/health\"");
            assertThat(pageOf(server)).isEqualTo(server.url() + "/wx/status");
            assertThat(get(pageOf(server), BROWSER).body()).contains("<html");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/ops"})
    void aSeparateManagementPortHasThePage(String base) throws Exception {
        String[] arguments = Stream.concat(Stream.of(MANAGEMENT), Stream.of("--management.server.base-path=" + base))
                .toArray(String[]::new);
        try (RunningServer server = RunningServer.start(wechat, arguments)) {
            assertThat(get(server.url() + "/", BROWSER).body())
                    .contains("\"token\"", "\"openapi\"")
                    .doesNotContain("status", "health");
            String management = "http://127.0.0.1:" + server.property("local.management.port") + base;
            assertThat(get(management + "/", BROWSER).headers().firstValue("Location"))
                    .contains("status");
            assertThat(get(management + "/", "*/*").body())
                    .contains("\"status\":\"" + base + "/status\"", "\"health\":\"" + base + "/actuator/health\"")
                    .doesNotContain("token\":");
            assertThat(pageOf(server)).isEqualTo(management + "/status");
            assertThat(get(pageOf(server), BROWSER).body()).contains("<html");
        }
    }

    @Test
    void thereIsNoPageWithoutTheActuator() throws Exception {
        try (RunningServer server = RunningServer.start(wechat, "--management.server.port=-1")) {
            assertThat(server.bean(StatusPageUrl.class).get()).isNull();
            assertThat(get(server.url() + "/", BROWSER).body())
                    .contains("\"token\"")
                    .doesNotContain("status");
        }
    }

    private static String pageOf(RunningServer server) {
        return Objects.requireNonNull(server.bean(StatusPageUrl.class).get());
    }

    private HttpResponse<String> get(String url, String accept) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url)).header("Accept", accept).build(), BodyHandlers.ofString());
    }
}
