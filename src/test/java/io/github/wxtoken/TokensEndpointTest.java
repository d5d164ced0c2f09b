package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests what {@code /actuator/tokens} shows to operators and what they can order there. */
class TokensEndpointTest {

    private static final String TOKENS = "/actuator/tokens";
    private static final String ACCOUNT = TOKENS + "/account1";

    /** Nothing is minted within five seconds of a success. */
    private static final Duration BETWEEN_MINTS = Duration.ofSeconds(6);

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();

    @BeforeEach
    void openAccount() {
        wechat.account(APPID, SECRET);
    }

    @AfterEach
    void close() {
        wechat.close();
    }

    @Test
    void aTokenIsShownWithAllButItsValue() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String value = server.token();
            Answer answer = server.getUntil(TOKENS, all -> happened(all, 1));
            assertThat(answer.toString()).doesNotContain(value, SECRET);
            assertThat(answer.json().path("up").asInt()).isEqualTo(1);
            assertThat(answer.json().path("tokens").size()).isEqualTo(1);
            JsonNode token = token(answer);
            assertThat(token.path("account").asString()).isEqualTo("account1");
            assertThat(token.path("kind").asString()).isEqualTo("access_token");
            assertThat(token.path("state").asString()).isEqualTo("UP");
            assertThat(token.path("fingerprint").asString()).matches("[0-9a-f]{8}");
            assertThat(token.path("refreshedBy").asString())
                    .isEqualTo(answer.json().path("replica").asString())
                    .isNotEmpty();
            Instant issued = time(token, "issuedAt");
            assertThat(time(token, "nextRefresh")).isAfter(issued).isBefore(time(token, "servedUntil"));
            assertThat(time(token, "servedUntil")).isBefore(time(token, "expiresAt"));
            assertThat(token.path("budget").path("spent").asInt()).isEqualTo(1);
            assertThat(types(token)).containsExactly("refreshed");
            JsonNode event = token.path("events").path(0);
            assertThat(event.path("trigger").asString()).isEqualTo("boot");
            assertThat(event.path("fingerprint")).isEqualTo(token.path("fingerprint"));
            assertThat(event.path("issuedAt")).isEqualTo(token.path("issuedAt"));
            assertThat(server.get(ACCOUNT).json().path("tokens")).hasSize(1);
        }
    }

    @Test
    void aRefreshBringsAnotherTokenNow() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String old = server.token();
            wechat.clock().advance(BETWEEN_MINTS);
            Answer answer = order(server, "{\"action\":\"refresh\"}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.json().path("outcome").asString()).isEqualTo("done");
            assertThat(answer.json().path("detail").asString())
                    .startsWith("Done. WeChat may accept the old token until");
            assertThat(time(answer.json(), "mayLiveUntil"))
                    .isBetween(
                            wechat.clock().instant().plusSeconds(280),
                            wechat.clock().instant().plusSeconds(301));
            assertThat(server.token()).isNotEqualTo(old);
            assertThat(wechat.journal().attempts(APPID)).isEqualTo(2);
            assertThat(wechat.wasAlive(old, wechat.clock().instant())).isTrue();
            JsonNode token = token(server.getUntil(ACCOUNT, one -> happened(one, 3)));
            assertThat(token.path("previous").path("fingerprint"))
                    .isEqualTo(answer.json().path("replaced"));
            assertThat(types(token)).containsExactly("refreshed", "ordered", "refreshed");
        }
    }

    @Test
    void aRevocationEndsTheOldTokenAtOnce() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String old = server.token();
            wechat.clock().advance(BETWEEN_MINTS);
            CompletableFuture<Answer> revoked =
                    CompletableFuture.supplyAsync(() -> order(server, "{\"action\":\"revoke\"}"));
            wechat.journal().awaitCalls(2);
            server.getUntil(ACCOUNT, one -> happened(one, 3));
            wechat.clock().advance(BETWEEN_MINTS);
            Answer answer = revoked.join();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.json().path("outcome").asString()).isEqualTo("done");
            assertThat(answer.json().has("mayLiveUntil")).isFalse();
            assertThat(answer.json().path("detail").asString())
                    .startsWith("Done. WeChat no longer accepts the old token");
            assertThat(wechat.wasAlive(old, wechat.clock().instant())).isFalse();
            assertThat(wechat.wasAlive(server.token(), wechat.clock().instant()))
                    .isTrue();
            assertThat(wechat.journal().attempts(APPID)).isEqualTo(3);
        }
    }

    @Test
    void whatCannotBeDoneYetIsSaidInTheLanguageOfTheOperator() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String old = server.token();
            wechat.account(APPID).refuse(CallKind.TOKEN, Errcode.IP_NOT_IN_WHITELIST);
            wechat.clock().advance(BETWEEN_MINTS);
            Answer answer = server.send(
                    "POST",
                    ACCOUNT,
                    BodyPublishers.ofString("{\"action\":\"refresh\"}"),
                    "Content-Type",
                    "application/json",
                    "Accept-Language",
                    "zh-CN");
            assertThat(answer.json().path("outcome").asString())
                    .as(answer.toString())
                    .isEqualTo("pending");
            assertThat(answer.json().path("detail").asString()).contains("尚未完成", "40164", "API IP 白名单");
            assertThat(server.token()).isEqualTo(old);
        }
    }

    @Test
    void theAnswerClaimsNothingOfATokenThatIsDeadAlready() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String old = server.token();
            wechat.account(APPID).refuse(CallKind.TOKEN, Errcode.IP_NOT_IN_WHITELIST);
            wechat.account(APPID).kill();
            wechat.clock().advance(BETWEEN_MINTS);
            assertThat(server.report(old).status()).isEqualTo(503);

            Answer pending = order(server, "{\"action\":\"refresh\"}");
            assertThat(pending.json().path("outcome").asString()).isEqualTo("pending");
            assertThat(pending.json().has("mayLiveUntil")).isFalse();
            assertThat(pending.json().path("detail").asString())
                    .startsWith("The order is pending. The next fetch is not before")
                    .contains(
                            "WeChat no longer accepts the old token",
                            "there is no usable token and callers get 503",
                            "40164");

            wechat.account(APPID).refuseNoMore(CallKind.TOKEN);
            Answer done = order(server, "{\"action\":\"refresh\"}");
            assertThat(done.json().path("outcome").asString()).isEqualTo("done");
            assertThat(done.json().has("mayLiveUntil")).isFalse();
            assertThat(done.json().path("detail").asString())
                    .startsWith("Done. WeChat no longer accepts the old token");
        }
    }

    @Test
    void anOperatorMayOrderForTheAccountsThatItMayUse() {
        String[] callers = Stream.of(
                        Keys.arguments("prometheus", "operator=true", "accounts="),
                        Keys.arguments("theirs", "operator=true", "accounts=account1"),
                        Keys.arguments("ops", "operator=true"),
                        Keys.arguments("shop"))
                .flatMap(Stream::of)
                .toArray(String[]::new);
        try (RunningServer server = RunningServer.start(wechat, callers)) {
            server.callAs(Keys.bearer("ops"));
            server.token();
            List<Integer> statuses = new ArrayList<>();
            for (String caller : List.of("prometheus", "shop", "theirs", "ops")) {
                // An order waits until WeChat no longer accepts the previous token.
                wechat.clock().advance(Duration.ofMinutes(6));
                Answer answer = server.send(
                        "POST",
                        ACCOUNT,
                        BodyPublishers.ofString("{\"action\":\"refresh\"}"),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        Keys.bearer(caller)[1]);
                statuses.add(answer.status());
            }
            assertThat(statuses).containsExactly(403, 403, 200, 200);
            assertThat(server.send("GET", ACCOUNT, BodyPublishers.noBody(), Keys.bearer("prometheus"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void likeEventsAreOneAndTheOldestAreForgotten() {
        try (RunningServer server = RunningServer.start(wechat)) {
            String token = server.token();
            RunningServer.all(IntStream.range(0, 100)
                            .mapToObj(i -> server.reportLater(i % 2 == 0 ? token : "garbage"))
                            .toList())
                    .forEach(answer -> assertThat(answer.status()).isEqualTo(200));
            JsonNode shown = token(server.getUntil(ACCOUNT, one -> happened(one, 3)));
            assertThat(types(shown)).as("one for each outcome").containsExactly("refreshed", "reported", "reported");
            assertThat(shown.path("events").path(1).path("times").asInt()).isEqualTo(50);
            assertThat(shown.path("events").path(2).path("times").asInt()).isEqualTo(50);
            for (int i = 0; i < 35; i++) {
                wechat.clock().advance(Duration.ofSeconds(301));
                assertThat(order(server, "{\"action\":\"refresh\"}")
                                .json()
                                .path("outcome")
                                .asString())
                        .isEqualTo("done");
            }
            assertThat(types(token(server.getUntil(ACCOUNT, one -> happened(one, 60)))))
                    .doesNotContain("reported");
        }
    }

    @Test
    void theWorstOfManyAreShownAndTheOthersCounted() {
        List<String> appids =
                IntStream.range(0, 120).mapToObj(i -> "wx%016x".formatted(i)).toList();
        appids.forEach(appid -> wechat.account(appid, SECRET));
        wechat.account(appids.get(70)).refuse(CallKind.TOKEN, Errcode.IP_NOT_IN_WHITELIST);
        try (RunningServer server = RunningServer.start(wechat, appids)) {
            Answer answer = server.getUntil(
                    TOKENS,
                    all -> all.json().path("up").asInt() == 119 && token(all).has("lastError"));
            assertThat(answer.json().path("down").asInt()).isEqualTo(1);
            assertThat(answer.json().path("notShown").asInt()).isEqualTo(20);
            assertThat(answer.json().path("tokens")).hasSize(100);
            assertThat(answer.json().path("others")).hasSize(20).allMatch(line -> line.has("appid"));
            JsonNode worst = token(answer);
            assertThat(worst.path("account").asString()).isEqualTo("account71");
            assertThat(worst.path("lastError").path("errcode").asInt()).isEqualTo(40164);
            assertThat(worst.path("cause").asString()).isEqualTo("40164");
            JsonNode cause = answer.json().path("causes").path(0);
            assertThat(answer.json().path("causes")).hasSize(1);
            assertThat(cause.path("accounts").asInt()).isEqualTo(1);
            assertThat(cause.path("hints").path(0).asString()).contains("API IP 白名单");
            assertThat(cause.path("orderHelps").asBoolean()).isTrue();
            assertThat(worst.has("events")).as("too many to tell of").isFalse();
            server.getUntil(TOKENS + "/account71", one -> types(token(one)).contains("failed"));
        }
    }

    @Test
    void accountsAreGroupedByCause() {
        List<String> appids =
                IntStream.range(0, 6).mapToObj(i -> "wx%016x".formatted(i)).toList();
        appids.forEach(appid -> wechat.account(appid, SECRET));
        Stream.of(0, 1).forEach(i -> wechat.account(appids.get(i)).refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET));
        Stream.of(2, 3, 4)
                .forEach(i -> wechat.account(appids.get(i)).refuse(CallKind.TOKEN, Errcode.IP_NOT_IN_WHITELIST));
        try (RunningServer server = RunningServer.start(wechat, appids)) {
            Answer answer = server.getUntil(
                    TOKENS,
                    all -> all.json().path("up").asInt() == 1
                            && all.json()
                                            .path("causes")
                                            .valueStream()
                                            .mapToInt(each ->
                                                    each.path("accounts").asInt())
                                            .sum()
                                    == 5
                            && !all.toString().contains("\"unknown\""));
            JsonNode causes = answer.json().path("causes");
            assertThat(causes).hasSize(2);
            assertThat(causes.at("/0/cause").asString()).isEqualTo("40164");
            assertThat(causes.at("/0/accounts").asInt()).isEqualTo(3);
            assertThat(causes.at("/0/orderHelps").asBoolean()).isTrue();
            assertThat(causes.at("/1/cause").asString()).isEqualTo("40125");
            assertThat(causes.at("/1/accounts").asInt()).isEqualTo(2);
            assertThat(causes.at("/1/orderHelps").asBoolean())
                    .as("a new secret needs a restart")
                    .isFalse();
        }
    }

    @Test
    void aCauseOfOneAccountNamesItsProperties() {
        List<String> appids =
                IntStream.range(0, 4).mapToObj(i -> "wx%016x".formatted(i)).toList();
        appids.forEach(appid -> wechat.account(appid, SECRET));
        wechat.account(appids.get(1)).refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET);
        Stream.of(2, 3).forEach(i -> wechat.account(appids.get(i)).refuse(CallKind.TOKEN, Errcode.INVALID_APPID));
        try (RunningServer server = RunningServer.start(wechat, appids)) {
            JsonNode causes = server.getUntil(
                            TOKENS,
                            all -> all.json().path("up").asInt() == 1
                                    && all.json().at("/causes/0/accounts").asInt() == 2
                                    && all.json().at("/causes/1/accounts").asInt() == 1)
                    .json()
                    .path("causes");
            assertThat(causes.at("/0/cause").asString()).isEqualTo("40013");
            assertThat(causes.at("/0/hints")).hasSize(1);
            assertThat(causes.at("/0/hints/0").asString()).contains("wxtoken.accounts.<name>.appid");
            assertThat(causes.at("/1/cause").asString()).isEqualTo("40125");
            assertThat(causes.at("/1/hints")).hasSize(1);
            assertThat(causes.at("/1/hints/0").asString())
                    .contains("wxtoken.accounts.account2.secret")
                    .doesNotContain("<name>");
        }
    }

    /** Returns whether the token shows that many events. An event shows up only after it has happened. */
    private static boolean happened(Answer answer, int events) {
        return answer.status() == 200 && types(token(answer)).size() == events;
    }

    /** Returns the first token of an answer. */
    private static JsonNode token(Answer answer) {
        return answer.json().path("tokens").path(0);
    }

    private static Answer order(RunningServer server, String body) {
        return server.send("POST", ACCOUNT, BodyPublishers.ofString(body), "Content-Type", "application/json");
    }

    private static List<String> types(JsonNode token) {
        return StreamSupport.stream(token.path("events").spliterator(), false)
                .map(event -> event.path("type").asString())
                .toList();
    }

    private static Instant time(JsonNode node, String field) {
        return Instant.parse(node.path(field).asString());
    }
}
