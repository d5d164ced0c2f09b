package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests that accounts and callers are called what their owner calls them, in every place that shows or takes a name. */
@ExtendWith(OutputCaptureExtension.class)
final class NamesTest {

    /** The AppIDs of the accounts by name. */
    private static final Map<String, String> ACCOUNTS =
            Map.of("商城A", "wx0000000000000001", "门店A", "wx0000000000000002", "shop-a", "wx0000000000000003");

    /** Nothing is minted within five seconds of a success. */
    private static final Duration BETWEEN_MINTS = Duration.ofSeconds(6);

    private static final AtomicInteger CALLS = new AtomicInteger();

    private static WeChatSimulator wechat;
    private static RunningServer server;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        wechat = WeChatSimulator.start();
        ACCOUNTS.values().forEach(appid -> wechat.account(appid, RunningServer.SECRET));
        Path file = directory.resolve("application.yml");
        Files.writeString(
                file,
                """
                wxtoken:
                  accounts:
                    商城A:
                      appid: wx0000000000000001
                      secret: ${SECRET}
                    门店A:
                      appid: wx0000000000000002
                      secret: ${SECRET}
                    shop-a:
                      appid: wx0000000000000003
                      secret: ${SECRET}
                  callers:
                    前台1:
                      key-sha256: %s
                      accounts: [商城A]
                    监控1:
                      key-sha256: %s
                      operator: true
                """
                        .formatted(Keys.sha256("desk"), Keys.sha256("ops")));
        server = RunningServer.start(
                wechat,
                List.of(),
                "--spring.config.additional-location=file:" + file,
                "--SECRET=" + RunningServer.SECRET,
                // Lets each call come from another address, so that none is throttled.
                "--server.forward-headers-strategy=native");
        server.callAs(Keys.bearer("ops"));
        server.getUntil(
                "/actuator/health",
                answer -> answer.json().at("/components/tokens/details/up").asInt() == ACCOUNTS.size());
    }

    @AfterAll
    static void stop() {
        server.close();
        wechat.close();
    }

    /** The status with the key as a bearer token and by HTTP Basic, with the caller's own name and with the other's. */
    @ParameterizedTest
    @CsvSource({
        "/token?appid=wx0000000000000001, 前台1, desk, 200, 200, 401",
        "/token?appid=wx0000000000000002, 前台1, desk, 404, 404, 401",
        "/token?appid=wx0000000000000003, 前台1, desk, 404, 404, 401",
        "/token?appid=wx0000000000000001, 监控1, ops,  200, 200, 401",
        "/token?appid=wx0000000000000002, 监控1, ops,  200, 200, 401",
        "/token?appid=wx0000000000000003, 监控1, ops,  200, 200, 401",
        "/actuator/tokens,                前台1, desk, 403, 403, 401",
        "/actuator/tokens,                监控1, ops,  200, 200, 401",
        "/actuator/prometheus,            前台1, desk, 403, 403, 401",
        "/actuator/prometheus,            监控1, ops,  200, 200, 401",
    })
    void eachCallerHasItsOwnRights(String path, String name, String key, int bearer, int basic, int otherName) {
        assertThat(get(path, Keys.bearer(key)).status()).isEqualTo(bearer);
        assertThat(get(path, basic(name, key)).status()).isEqualTo(basic);
        assertThat(get(path, basic(name.equals("前台1") ? "监控1" : "前台1", key)).status())
                .isEqualTo(otherName);
        assertThat(get(path, basic("1", key)).status()).isEqualTo(401);
    }

    @Test
    void healthPageAndMetricsShowTheNames() {
        assertThat(server.get("/actuator/health")
                        .json()
                        .at("/components/tokens/details/accounts")
                        .propertyNames())
                .containsExactlyInAnyOrderElementsOf(ACCOUNTS.keySet());
        assertThat(StreamSupport.stream(
                                server.get("/actuator/tokens")
                                        .json()
                                        .path("tokens")
                                        .spliterator(),
                                false)
                        .map(token -> token.path("account").asString()))
                .containsExactlyInAnyOrderElementsOf(ACCOUNTS.keySet());
        get("/token?appid=wx0000000000000001", Keys.bearer("desk"));
        assertThat(server.get("/actuator/prometheus").response().body())
                .contains("account=\"商城A\"", "account=\"门店A\"", "account=\"shop-a\"")
                .contains("caller=\"前台1\"", "caller=\"监控1\"");
    }

    @ParameterizedTest
    @CsvSource({"商城A", "门店A", "shop-a"})
    void anOrderNamesTheAccountInTheUrl(String account, CapturedOutput output) {
        String path = "/actuator/tokens/" + URLEncoder.encode(account, StandardCharsets.UTF_8);
        assertThat(server.get(path).json().at("/tokens/0/appid").asString()).isEqualTo(ACCOUNTS.get(account));
        String old = token(account);
        wechat.clock().advance(BETWEEN_MINTS);

        Answer answer = server.send(
                "POST",
                path,
                BodyPublishers.ofString("{\"action\":\"refresh\"}"),
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer " + Keys.of("ops"));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().path("outcome").asString()).isEqualTo("done");
        assertThat(token(account)).isNotEqualTo(old);
        assertThat(output).contains("account '" + account + "' (" + ACCOUNTS.get(account) + ")", "监控1");
    }

    private static String token(String account) {
        return server.get("/token?appid=" + ACCOUNTS.get(account))
                .json()
                .path("access_token")
                .asString();
    }

    private static Answer get(String path, String... headers) {
        return server.getLater(path, headers[0], headers[1], "X-Forwarded-For", "10.0.0." + CALLS.incrementAndGet())
                .join();
    }

    private static String[] basic(String name, String key) {
        return new String[] {
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString((name + ":" + Keys.of(key)).getBytes(StandardCharsets.UTF_8))
        };
    }
}
