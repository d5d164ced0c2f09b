package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.redis.RealRedis;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.simulator.WhitelistMode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/**
 * Runs the drill of {@code src/docs/troubleshooting.md}: what health, status page, log and metrics show of each
 * fault, and that the action in the hint fixes it.
 */
@ExtendWith(OutputCaptureExtension.class)
class DrillTest {

    private static final String ACCOUNT = "/actuator/tokens/account1";

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();
    private final Account account = wechat.account(APPID, SECRET);

    @AfterEach
    void close() {
        wechat.close();
    }

    @Test
    void aWrongSecret(CapturedOutput log) {
        account.resetSecret("0123456789abcdef0123456789abcdef");
        try (RunningServer server = RunningServer.start(wechat)) {
            JsonNode token = until(server, shown -> shown.has("lastError"));
            assertFails(
                    server,
                    log,
                    token,
                    40125,
                    "The AppSecret is wrong, or was reset: set wxtoken.accounts.account1.secret");
            assertThat(server.get("/token").json().path("hint").asString())
                    .contains("wxtoken.accounts.account1.secret", "Then restart wxtoken");
            account.resetSecret(SECRET);
            assertHealsWithin(server, Duration.ofMinutes(5));
        }
    }

    @Test
    void anAddressThatIsNotWhitelisted(CapturedOutput log) {
        wechat.callerIp("203.0.113.7");
        account.whitelistDelay(Duration.ZERO).whitelist(WhitelistMode.MP, "192.0.2.1");
        try (RunningServer server = RunningServer.start(wechat)) {
            JsonNode token = until(server, shown -> shown.has("lastError"));
            assertFails(server, log, token, 40164, "Put 203.0.113.7 on the IP whitelist");
            account.whitelist(WhitelistMode.MP, "203.0.113.7");
            assertHealsWithin(server, Duration.ofMinutes(5));
        }
    }

    @Test
    void aFrozenSecret(CapturedOutput log) {
        try (RunningServer server = RunningServer.start(wechat)) {
            server.token();
            account.refuse(CallKind.TOKEN, Errcode.APPSECRET_FROZEN);
            wechat.clock().advance(Duration.ofMinutes(111));
            JsonNode token = until(server, shown -> shown.has("lastError"));
            assertThat(token.path("state").asString())
                    .as("served as long as it lives")
                    .isEqualTo("DEGRADED");
            assertFails(server, log, token, 40243, "The AppSecret is frozen. Unfreeze it");
            account.refuseNoMore(CallKind.TOKEN);
            assertHealsWithin(server, Duration.ofMinutes(5));
        }
    }

    @Test
    void aSpentQuota(CapturedOutput log) {
        account.dailyQuota(0);
        try (RunningServer server = RunningServer.start(wechat)) {
            JsonNode token = until(server, shown -> shown.has("lastError"));
            assertFails(server, log, token, 45009, "The daily quota of token calls is exhausted");
            account.dailyQuota(2000);
            assertHealsWithin(server, Duration.ofHours(1));
        }
    }

    @Test
    void weChatIsDown(CapturedOutput log) {
        try (RunningServer server = RunningServer.start(wechat)) {
            server.token();
            wechat.faults().always(Fault.HTTP_502);
            wechat.clock().advance(Duration.ofMinutes(111));
            JsonNode token = until(server, shown -> shown.has("lastError"));
            assertThat(token.path("state").asString()).isEqualTo("DEGRADED");
            assertFails(server, log, token, 0, "The response may come from a proxy or login page");
            assertThat(Scrape.of(server).sum("wxtoken_upstream_calls_seconds_count", "errcode_class", "not_wechat"))
                    .isPositive();
            wechat.faults().clear();
            // The lost answer may have been a mint, so the next fetch waits until WeChat no longer accepts the old
            // token.
            assertHealsWithin(server, Duration.ofMinutes(5));
        }
    }

    @Test
    void somebodyElseFetches(CapturedOutput log) {
        try (RunningServer server = RunningServer.start(wechat)) {
            server.token();
            account.mintOutOfBand();
            account.mintOutOfBand();
            // The watchdog probes once a minute and acts on a refusal only after a second probe confirms it.
            wechat.clock().advance(Duration.ofSeconds(61));
            Scrape.until(server, seen -> seen.sum("wxtoken_watchdog_findings_total", "finding", "superseded") > 0);
            wechat.clock().advance(Duration.ofSeconds(7));
            JsonNode token = until(server, shown -> shown.has("contested"));
            assertThat(token.path("contested").path("hint").asString())
                    .startsWith("WeChat ended a token of this account that this server had not replaced.");
            assertThat(health(server).path("contested").has("hint")).isTrue();
            until(server, log, "ENDED FROM OUTSIDE");
            Scrape.until(server, seen -> seen.sum("wxtoken_token_contested_total") == 1);
            assertHealsWithin(server, Duration.ofSeconds(6));
            assertThat(log).doesNotContain("ANOTHER CLIENT USES THE APPSECRET");

            wechat.clock().advance(Duration.ofMinutes(30));
            String second = server.token();
            account.mintOutOfBand();
            account.mintOutOfBand();
            server.report(second);
            until(server, log, "ANOTHER CLIENT USES THE APPSECRET");
            Scrape.until(server, seen -> seen.sum("wxtoken_token_contested_total") == 2);
        }
    }

    @Test
    void redisIsDown(CapturedOutput log) {
        RealRedis redis = new RealRedis();
        try (RunningServer server = RunningServer.start(
                wechat,
                "--wxtoken.store=redis",
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + redis.port())) {
            server.getUntil("/token", answer -> answer.status() == 200);
            redis.close();
            JsonNode token = until(server, shown -> shown.has("store"));
            assertThat(token.path("state").asString()).isEqualTo("DEGRADED");
            assertThat(token.path("store").asString()).contains("Redis cannot be reached");
            assertThat(health(server).path("store").asString()).contains("Redis cannot be reached");
            Answer tokens = chinese(server, "/actuator/tokens");
            assertThat(token(tokens).path("store").asString()).startsWith("Redis 无法连接");
            assertThat(tokens.json().at("/causes/0/hints/0").asString()).startsWith("Redis 无法连接");
            assertThat(chinese(server, "/actuator/health").response().body())
                    .contains("Redis 无法连接")
                    .doesNotContain("cannot be reached");
            assertThat(Scrape.of(server).sum("wxtoken_store_available")).isZero();
            assertThat(server.get("/token").status()).isEqualTo(200);
            until(server, log, "Redis cannot be reached");
            assertThat(log.getAll()).doesNotContain("Redis 无法连接");
        } finally {
            redis.close();
        }
    }

    @Test
    void theClockJumps(CapturedOutput log) {
        try (RunningServer server = RunningServer.start(wechat)) {
            String before = server.token();
            wechat.clock().advance(Duration.ofHours(3));
            server.getUntil(
                    "/token",
                    answer -> answer.status() == 200
                            && !answer.json().path("access_token").asString().equals(before));
            until(server, shown -> shown.path("state").asString().equals("UP"));
            Scrape.until(server, seen -> seen.sum("wxtoken_token_refreshes_total", "trigger", "scheduled") == 1);
            assertThat(wechat.journal().attempts(APPID))
                    .as("one fetch, and no more")
                    .isEqualTo(2);
        }
    }

    @Test
    void aCallerInALoop(CapturedOutput log) {
        List<String> arguments = new ArrayList<>(List.of(Keys.arguments("shop")));
        arguments.addAll(List.of(Keys.arguments("ops", "operator=true")));
        try (RunningServer server = RunningServer.start(wechat, arguments.toArray(String[]::new))) {
            server.callAs(Keys.bearer("shop"));
            server.getUntil("/token", answer -> answer.status() == 200);
            String good = server.token();
            List<CompletableFuture<Answer>> reports = IntStream.range(0, 200)
                    .mapToObj(i -> server.reportLater(good))
                    .toList();
            assertThat(RunningServer.all(reports))
                    .allSatisfy(answer ->
                            assertThat(answer.json().path("outcome").asString()).isEqualTo("alive"));
            server.callAs(Keys.bearer("ops"));
            Scrape scrape = Scrape.of(server);
            assertThat(scrape.sum("wxtoken_token_reports_total", "caller", "shop", "outcome", "alive"))
                    .isEqualTo(200);
            assertThat(scrape.sum("wxtoken_budget_spent")).isEqualTo(1);
            JsonNode token = until(server, shown -> shown.path("events").size() == 2);
            assertThat(token.path("events").path(1).path("times").asInt()).isEqualTo(200);
            until(server, log, "caller=shop");
        }
    }

    @Test
    void theCertificateHasExpired(CapturedOutput log, @TempDir Path directory) throws IOException {
        HeldCertificate expired = new HeldCertificate.Builder()
                .validityInterval(
                        Instant.now().minus(Duration.ofDays(90)).toEpochMilli(),
                        Instant.now().minus(Duration.ofDays(1)).toEpochMilli())
                .build();
        Path chain = Files.writeString(directory.resolve("chain.pem"), expired.certificatePem());
        Path key = Files.writeString(directory.resolve("key.pem"), expired.privateKeyPkcs8Pem());
        try (RunningServer server = RunningServer.start(
                wechat,
                "--spring.ssl.bundle.pem.web.keystore.certificate=" + chain,
                "--spring.ssl.bundle.pem.web.keystore.private-key=" + key)) {
            server.getUntil("/token", answer -> answer.status() == 200);
            Answer health = server.get("/actuator/health");
            assertThat(health.json().path("status").asString()).isEqualTo("OUT_OF_SERVICE");
            assertThat(health.toString()).contains("EXPIRED");
            assertThat(server.get("/actuator/health/readiness").status())
                    .as("tokens are served to those who do not mind")
                    .isEqualTo(200);
            assertThat(Scrape.of(server).sum("ssl_chain_expiry_seconds", "bundle", "web"))
                    .isNegative();
        }
    }

    /** Asserts that the fault is shown everywhere, with its code and its hint. */
    private static void assertFails(
            RunningServer server, CapturedOutput log, JsonNode token, int errcode, String hint) {
        assertThat(token.path("lastError").path("errcode").asInt(0)).isEqualTo(errcode);
        assertThat(token.path("lastError").path("hint").asString()).startsWith(hint);
        assertThat(health(server).path("lastError").path("hint").asString()).startsWith(hint);
        assertThat(Scrape.of(server).sum("wxtoken_token_failures")).isPositive();
        // Log and counters are updated one after the other.
        until(server, log, "failed, attempt 1: ");
        assertThat(log).contains(hint);
        Scrape.until(server, seen -> seen.sum("wxtoken_token_refreshes_total", "outcome", "failed") > 0);
    }

    private void assertHealsWithin(RunningServer server, Duration time) {
        wechat.clock().advance(time.plusSeconds(1));
        until(server, shown -> shown.path("state").asString().equals("UP") && !shown.has("lastError"));
        assertThat(wechat.wasAlive(server.token(), wechat.clock().instant())).isTrue();
        assertThat(Scrape.of(server).sum("wxtoken_token_failures")).isZero();
    }

    private static JsonNode until(RunningServer server, Predicate<JsonNode> wanted) {
        return server.getUntil(ACCOUNT, answer -> wanted.test(token(answer)))
                .json()
                .path("tokens")
                .path(0);
    }

    private static void until(RunningServer server, CapturedOutput log, String text) {
        server.getUntil("/actuator/health/liveness", answer -> log.getAll().contains(text));
    }

    private static Answer chinese(RunningServer server, String path) {
        return server.send("GET", path, BodyPublishers.noBody(), "Accept-Language", "zh");
    }

    private static JsonNode token(Answer answer) {
        return answer.json().path("tokens").path(0);
    }

    private static JsonNode health(RunningServer server) {
        return server.get("/actuator/health")
                .json()
                .path("components")
                .path("tokens")
                .path("details")
                .path("accounts")
                .path("account1");
    }
}
