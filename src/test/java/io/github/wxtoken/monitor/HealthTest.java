package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests health over HTTP in all states, from healthy to no usable token. */
final class HealthTest {

    private static final String HEALTH = "/actuator/health";
    private static final String OTHER = "wxfedcba9876543210";

    private final WeChatSimulator wechat = WeChatSimulator.start();

    @AfterEach
    void close() {
        wechat.close();
    }

    @Test
    void allIsWell() {
        wechat.account(APPID, SECRET);
        try (RunningServer server = RunningServer.start(wechat)) {
            String token = server.token();
            wechat.clock().advance(Duration.ofSeconds(7));
            Answer answer = server.get(HEALTH);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("status").asString()).isEqualTo("UP");
            assertThat(answer.response().body()).doesNotContain(token, SECRET);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");

            JsonNode tokens = tokens(answer);
            assertThat(tokens.path("status").asString()).isEqualTo("UP");
            assertThat(tokens.path("details").path("up").asInt()).isEqualTo(1);
            assertThat(tokens.path("details").path("down").asInt()).isZero();
            JsonNode account = account(answer, 1);
            assertThat(account.propertyNames())
                    .containsExactly(
                            "appid",
                            "state",
                            "fingerprint",
                            "ageSeconds",
                            "expiresInSeconds",
                            "nextRefresh",
                            "attemptsToday",
                            "dailyBudget");
            assertThat(account.path("appid").asString()).isEqualTo(APPID);
            assertThat(account.path("state").asString()).isEqualTo("UP");
            assertThat(account.path("fingerprint").asString()).matches("[0-9a-f]{8}");
            assertThat(account.path("ageSeconds").asInt()).isEqualTo(7);
            assertThat(account.path("expiresInSeconds").asInt()).isBetween(6700, 6900);
            Instant nextRefresh = Instant.parse(account.path("nextRefresh").asString());
            assertThat(Duration.between(wechat.clock().instant(), nextRefresh).toMinutes())
                    .isBetween(105L, 110L);
            assertThat(account.path("attemptsToday").asInt()).isEqualTo(1);
            assertThat(account.path("dailyBudget").asInt()).isEqualTo(2000);
        }
    }

    @Test
    void aTokenThatEndsBeforeTheNextBudgetBeginsDegrades() {
        wechat.account(APPID, SECRET);
        try (RunningServer server = RunningServer.start(
                wechat, "--wxtoken.accounts.account1.daily-budget=1", "--wxtoken.refresh.reserve=0")) {
            server.token();
            Answer answer = server.get(HEALTH);
            assertThat(account(answer, 1).path("state").asString()).isEqualTo("DEGRADED");
            assertThat(account(answer, 1).path("attemptsToday").asInt()).isEqualTo(1);
            // Midnight in Beijing, where it is ten in the morning.
            assertThat(account(answer, 1).path("nextRefresh").asString()).isEqualTo("2026-11-22T16:00:00Z");
        }
    }

    @Test
    void aRefreshThatFailsDegradesAndIsExplained() {
        wechat.account(APPID, SECRET);
        try (RunningServer server = RunningServer.start(wechat)) {
            server.token();
            wechat.faults().on(CallKind.TOKEN).always(Fault.SYSTEM_BUSY);
            wechat.clock().advance(Duration.ofMinutes(111));
            Answer answer = server.getUntil(HEALTH, got -> account(got, 1).has("lastError"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("status").asString()).isEqualTo("DEGRADED");
            assertThat(account(answer, 1).path("state").asString()).isEqualTo("DEGRADED");
            JsonNode error = account(answer, 1).path("lastError");
            assertThat(error.path("errcode").asInt()).isEqualTo(-1);
            assertThat(error.path("errmsg").asString()).contains("system error");
            assertThat(error.path("attempts").asInt()).isPositive();
            assertThat(Instant.parse(error.path("since").asString()))
                    .isBeforeOrEqualTo(wechat.clock().instant());
            assertThat(error.has("retryAt")).isTrue();
            assertThat(server.get("/token").status()).isEqualTo(200);
            assertThat(server.get(HEALTH + "/readiness").status()).isEqualTo(200);

            wechat.faults().clear();
            wechat.clock().advance(Duration.ofMinutes(1));
            server.getUntil(HEALTH, got -> got.json().path("status").asString().equals("UP"));
        }
    }

    @Test
    void oneBrokenAccountIsDownAndTakesNoOtherOutOfService() {
        wechat.account(APPID, SECRET);
        wechat.account(OTHER, SECRET).refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET);
        try (RunningServer server = RunningServer.start(wechat, List.of(APPID, OTHER))) {
            server.getUntil("/token?appid=" + APPID, got -> got.status() == 200);
            Answer answer = server.getUntil(HEALTH, got -> account(got, 2).has("lastError"));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("status").asString()).isEqualTo("DOWN");
            assertThat(account(answer, 1).path("state").asString()).isEqualTo("UP");
            JsonNode broken = account(answer, 2);
            assertThat(broken.path("state").asString()).isEqualTo("DOWN");
            assertThat(broken.has("fingerprint")).isFalse();
            assertThat(broken.path("lastError").path("errcode").asInt()).isEqualTo(40125);
            assertThat(broken.path("lastError").path("hint").asString()).startsWith("The AppSecret is wrong");
            assertThat(server.get(HEALTH + "/readiness").status()).isEqualTo(200);
            assertThat(server.get(HEALTH + "/liveness").status()).isEqualTo(200);
        }
    }

    @Test
    void withoutAnyTokenTheServerIsAliveButNotReady() {
        wechat.account(APPID, SECRET).refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET);
        try (RunningServer server = RunningServer.start(wechat)) {
            server.getUntil(HEALTH, got -> account(got, 1).has("lastError"));
            Answer readiness = server.get(HEALTH + "/readiness");
            assertThat(readiness.status()).isEqualTo(503);
            assertThat(readiness.json().path("components").propertyNames())
                    .containsExactlyInAnyOrder("readinessState", "serving");
            Answer liveness = server.get(HEALTH + "/liveness");
            assertThat(liveness.status()).isEqualTo(200);
            assertThat(liveness.json().path("components").propertyNames()).containsExactly("livenessState");
        }
    }

    @Test
    void hintsAreInTheLanguageOfTheRequest() {
        wechat.account(APPID, SECRET).refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET);
        try (RunningServer server = RunningServer.start(wechat)) {
            server.getUntil(HEALTH, got -> account(got, 1).has("lastError"));
            assertThat(hint(server.get(HEALTH))).startsWith("The AppSecret is wrong");
            assertThat(hint(server.getLater(HEALTH, "Accept-Language", "zh-CN,zh;q=0.9")
                            .join()))
                    .startsWith("AppSecret 不正确");
            assertThat(hint(server.getLater(HEALTH, "Accept-Language", "fr").join()))
                    .startsWith("The AppSecret is wrong");
        }
    }

    private static String hint(Answer answer) {
        return account(answer, 1).path("lastError").path("hint").asString();
    }

    @Test
    void somebodyElseIsNewsForAnHour() {
        wechat.account(APPID, SECRET);
        try (RunningServer server = RunningServer.start(wechat)) {
            String dead = server.token();
            wechat.clock().advance(Duration.ofSeconds(10));
            wechat.account(APPID).kill();
            assertThat(server.report(dead).status()).isEqualTo(200);
            JsonNode contested = account(server.get(HEALTH), 1).path("contested");
            assertThat(contested.path("hint").asString()).contains("AppSecret", "stable_token");
            assertThat(Instant.parse(contested.path("at").asString()))
                    .isEqualTo(wechat.clock().instant());
            assertThat(Instant.parse(contested.path("until").asString()))
                    .isEqualTo(wechat.clock().instant().plus(Duration.ofHours(1)));

            wechat.clock().advance(Duration.ofMinutes(61));
            assertThat(account(server.get(HEALTH), 1).has("contested")).isFalse();
        }
    }

    @Test
    void ofManyAccountsTheWorstAreShown() {
        List<String> appids =
                IntStream.rangeClosed(1, 130).mapToObj(i -> "wx" + i).toList();
        appids.forEach(appid -> wechat.account(appid, SECRET));
        wechat.account("wx130").refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET);
        try (RunningServer server = RunningServer.start(wechat, appids)) {
            Answer answer = server.getUntil(
                    HEALTH,
                    got -> tokens(got).path("details").path("up").asInt() == 129
                            && account(got, 130).has("lastError"));
            JsonNode details = tokens(answer).path("details");
            assertThat(details.path("down").asInt()).isEqualTo(1);
            assertThat(details.path("notShown").asInt()).isEqualTo(30);
            assertThat(details.path("accounts").size()).isEqualTo(100);
            assertThat(details.path("accounts").propertyNames().iterator().next())
                    .isEqualTo("account130");
        }
    }

    @Test
    void nothingElseOfTheActuatorIsThere() {
        wechat.account(APPID, SECRET);
        try (RunningServer server = RunningServer.start(wechat)) {
            assertThat(Stream.of(
                                    "",
                                    "/env",
                                    "/beans",
                                    "/info",
                                    "/metrics",
                                    "/heapdump",
                                    "/threaddump",
                                    "/loggers",
                                    "/configprops",
                                    "/mappings",
                                    "/conditions",
                                    "/shutdown")
                            .map(endpoint -> server.get("/actuator" + endpoint).status()))
                    .containsOnly(404);
        }
    }

    private static JsonNode tokens(Answer answer) {
        return answer.json().path("components").path("tokens");
    }

    private static JsonNode account(Answer answer, int number) {
        return tokens(answer).path("details").path("accounts").path("account" + number);
    }
}
