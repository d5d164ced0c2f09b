package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the fast path of requests that the current token answers at once with the normal path, which {@code
 * wait=0} or an encoded {@code appid} forces. They differ in the Content-Length header, which only the fast path
 * sends.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CurrentTokenFilterTest {

    private static final String OTHER = "wxfedcba9876543210";

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer server;

    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        wechat.account(OTHER, SECRET);
        String[] callers = Stream.of(
                        Keys.arguments("shop", "accounts=account1"),
                        Keys.arguments("all", "operator=true"),
                        Keys.arguments("other", "accounts=account2"))
                .flatMap(Stream::of)
                .toArray(String[]::new);
        server = RunningServer.start(wechat, List.of(APPID, OTHER), callers);
        for (String appid : List.of(APPID, OTHER)) {
            server.callAs(Keys.bearer("all"));
            server.getUntil("/token?appid=" + appid, answer -> answer.status() == 200);
        }
    }

    @BeforeEach
    void callAsShop() {
        server.callAs(Keys.bearer("shop"));
    }

    @AfterAll
    void stop() {
        server.close();
        wechat.close();
    }

    @ParameterizedTest
    @CsvSource({"/token,/token?wait=0", "/token?appid=" + APPID + ",/token?wait=0&appid=" + APPID})
    void bothWaysSayTheSame(String path, String usual) {
        Answer shortWay = server.get(path);
        Answer usualWay = server.get(usual);
        assertThat(isShort(shortWay)).isTrue();
        assertThat(isShort(usualWay)).isFalse();
        assertThat(shortWay.status()).isEqualTo(200);
        assertThat(shortWay.response().body()).isEqualTo(usualWay.response().body());
        assertThat(headers(shortWay)).isEqualTo(headers(usualWay)).containsKeys("cache-control", "etag");
    }

    /** A slash at the end of a client's base URL doubles it. */
    @ParameterizedTest
    @CsvSource({"//token, //token?wait=0", "///token, /token?wait=0", "//token?appid=" + APPID + ", //token?wait=0"})
    void aDoubleSlashIsOneSlash(String path, String usual) {
        bothWaysSayTheSame(path, usual);
        assertThat(server.get(path).response().body())
                .isEqualTo(server.get("/token").response().body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"//token/refresh", "/token//refresh", "///token///refresh?appid=" + APPID})
    void aDoubleSlashIsOneSlashInReports(String path) {
        Answer answer = report(path, "{\"access_token\":\"" + replace() + "\"}");
        assertThat(isShort(answer)).isTrue();
        assertThat(answer.json().path("outcome").asString()).isEqualTo("superseded");
    }

    @Test
    void theKeyMayBeShownInBothWays() {
        String basic =
                Base64.getEncoder().encodeToString(("shop:" + Keys.of("shop")).getBytes(StandardCharsets.US_ASCII));
        Answer answer = ask("/token", "Authorization", "Basic " + basic);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(isShort(answer)).isTrue();
    }

    @Test
    void whatIsReadIsCounted() {
        double before = reads();
        server.get("/token");
        server.get("/token?appid=" + APPID);
        server.get("/token?wait=0");
        assertThat(reads()).isEqualTo(before + 3);
    }

    @Test
    void theTimeThatIsLeftGoesOn() {
        long left = server.get("/token").json().path("expires_in").asLong();
        wechat.clock().advance(Duration.ofSeconds(7));
        assertThat(server.get("/token").json().path("expires_in").asLong()).isEqualTo(left - 7);
    }

    @Test
    void eachAccountHasItsOwnToken() {
        server.callAs(Keys.bearer("all"));
        assertThat(server.get("/token?appid=" + APPID).json().path("appid").asString())
                .isEqualTo(APPID);
        assertThat(server.get("/token?appid=" + OTHER).json().path("appid").asString())
                .isEqualTo(OTHER);
    }

    @Test
    void aNewTokenIsServedAtOnce() {
        String dead = server.token();
        wechat.clock().advance(Duration.ofSeconds(30));
        wechat.account(APPID).kill();
        String fresh = server.report(dead).json().path("access_token").asString();
        assertThat(fresh).isNotEqualTo(dead);
        Answer answer = server.get("/token");
        assertThat(isShort(answer)).isTrue();
        assertThat(answer.json().path("access_token").asString()).isEqualTo(fresh);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token/refresh", "/token/refresh?appid=" + APPID})
    void theReportOfAReplacedTokenIsAnsweredAlikeBothWays(String path) {
        String replaced = replace();
        double before = reports("superseded");
        Answer shortWay = report(path, "{\"access_token\":\"" + replaced + "\"}");
        Answer usualWay = report("/token/refresh?%61ppid=" + APPID, "{\"access_token\":\"" + replaced + "\"}");
        assertThat(isShort(shortWay)).isTrue();
        assertThat(isShort(usualWay)).isFalse();
        assertThat(shortWay.json().path("access_token").asString()).isEqualTo(server.token());
        assertThat(shortWay.json().path("outcome").asString()).isEqualTo("superseded");
        assertThat(shortWay.response().body()).isEqualTo(usualWay.response().body());
        assertThat(headers(shortWay)).isEqualTo(headers(usualWay)).containsKey("cache-control");
        assertThat(reports("superseded")).isEqualTo(before + 2);
    }

    @Test
    void aReportMayComeInPiecesAndOthersAfterItOnTheSameConnection() {
        String body = "{\"access_token\":\"" + replace() + "\"}";
        String head = "POST /token/refresh HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Keys.of("shop")
                + "\r\nContent-Type: application/json\r\n";
        String chunked = head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n"
                + body + "\r\n0\r\n\r\n";
        String plain = head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        try (Wire wire = new Wire(server.url().getPort())) {
            wire.send(plain.substring(0, plain.length() - 20));
            // Gives the server time to start reading.
            server.get("/token");
            wire.send(plain.substring(plain.length() - 20));
            wire.send(chunked).send(plain).send(head + "Content-Length: 0\r\nConnection: close\r\n\r\n");
            String answers = wire.receive();
            assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(5);
            assertThat(answers.split("\"outcome\":\"superseded\"", -1)).hasSize(4);
        }
    }

    @Test
    void otherReportsGoTheUsualWay() {
        String replaced = replace();
        for (String body : List.of(
                "", "{\"access_token\":\"" + server.token() + "\"}", "{\"access_token\":\"never seen here\"}")) {
            Answer answer = report("/token/refresh", body);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(isShort(answer)).isFalse();
        }
        String good = "{\"access_token\":\"" + replaced + "\"}";
        assertThat(report("/token/refresh", good + good).status()).isEqualTo(400);
        assertThat(report("/token/refresh", "{\"token\":\"" + replaced + "\"}").status())
                .isEqualTo(400);
        assertThat(report("/token/refresh", good + " ".repeat(9000)).status()).isEqualTo(413);
        assertThat(report("/token/refresh?appid=" + OTHER, good).status()).isEqualTo(404);
        assertThat(ask("/token/refresh").status()).isEqualTo(401);
        assertThat(server.send("POST", "/token/refresh", BodyPublishers.ofString(good), Keys.bearer("shop"))
                        .status())
                .as("without a content type")
                .isEqualTo(415);
        assertThat(server.send("POST", "/token/refresh", BodyPublishers.ofString(good), Keys.bearer("nobody"))
                        .status())
                .isEqualTo(401);
    }

    /** The normal path answers each of these. */
    @ParameterizedTest
    @CsvSource({
        "/token?appid=" + OTHER + ",404",
        "/token?appid=wx,404",
        "/token?appid=,400",
        "/token?appid=" + APPID + "&appid=" + APPID + ",400",
        "/token?access_token=x,400",
        "/token?APPID=" + APPID + ",400",
        "/token?%61ppid=" + APPID + ",200",
        "/token;x=1,400",
        "/token/,404",
        "/token//,404",
        "//;/token,400",
        "/.//token,400",
        "/TOKEN,404",
        "/%74oken,200",
    })
    void whatIsNotPlainGoesTheUsualWay(String path, int status) {
        Answer answer = server.get(path);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(isShort(answer)).isFalse();
    }

    @Test
    void whoIsNotLetInIsToldSoTheUsualWay() {
        assertThat(ask("/token").status()).isEqualTo(401);
        assertThat(ask("/token", Keys.bearer("nobody")).status()).isEqualTo(401);
        assertThat(ask("/token", "Authorization", "Bearer").status()).isEqualTo(401);
        assertThat(ask("/token", "Authorization", "Bearer x", "Authorization", "Bearer " + Keys.of("shop"))
                        .status())
                .isEqualTo(401);
        Answer several = ask("/token", Keys.bearer("all"));
        assertThat(several.status()).as("without the appid that is needed").isEqualTo(400);
        assertThat(ask("/token?appid=" + APPID, Keys.bearer("other")).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "OPTIONS", "POST", "PUT"})
    void otherMethodsGoTheUsualWay(String method) {
        Answer answer = server.send(method, "/token", BodyPublishers.noBody(), Keys.bearer("shop"));
        assertThat(answer.status()).isEqualTo(List.of("HEAD", "OPTIONS").contains(method) ? 200 : 405);
        assertThat(answer.response().body()).doesNotContain("\"access_token\":");
    }

    @Test
    void whoKnowsTheVersionIsToldThatItStands() {
        String version = server.get("/token").header("ETag");
        Answer answer = server.getLater(
                        "/token", "Authorization", "Bearer " + Keys.of("shop"), "If-None-Match", version)
                .join();
        assertThat(answer.status()).isEqualTo(304);
    }

    @Test
    void aBodyIsIgnored() {
        for (String path : List.of("/token", "/token?wait=0")) {
            Answer answer = server.send("GET", path, BodyPublishers.ofString("{}"), Keys.bearer("shop"));
            assertThat(answer.status()).isEqualTo(200);
            // The unread part of the body must not be taken as the start of the next request.
            assertThat(server.get("/token").status()).isEqualTo(200);
        }
    }

    @Test
    void whoComesBeforeTheTokenWaitsTheUsualWay() {
        wechat.faults().on(CallKind.TOKEN).always(Fault.HELD);
        try (RunningServer cold = RunningServer.start(wechat)) {
            CompletableFuture<Answer> early = cold.getLater("/token");
            cold.getUntil(
                    "/actuator/health/liveness",
                    answer -> cold.bean(TokenKeeper.class).waiting() > 0);
            assertThat(cold.bean(TokenKeeper.class).waiting()).isEqualTo(1);
            wechat.faults().clear();
            assertThat(early.join().status()).isEqualTo(200);
        }
    }

    @Test
    void whereNoCallersAreConfiguredAnybodyIsAnsweredTheShortWay() {
        try (RunningServer open = RunningServer.start(wechat)) {
            open.getUntil("/token", answer -> answer.status() == 200);
            Answer answer = open.get("/token");
            assertThat(isShort(answer)).isTrue();
            assertThat(answer.json().path("appid").asString()).isEqualTo(APPID);
            assertThat(isShort(open.get("/token?appid=" + APPID))).isTrue();
            assertThat(isShort(open.get("/token?wait=0"))).isFalse();
            assertThat(open.get("/token?appid=" + OTHER).status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--server.servlet.context-path=/wx", "--spring.mvc.servlet.path=/wx"})
    void thePathOfTheServerIsPartOfIt(String path) {
        try (RunningServer below = RunningServer.start(wechat, Keys.arguments("shop")[0], path)) {
            below.callAs(Keys.bearer("shop"));
            below.getUntil("/wx/token", answer -> answer.status() == 200);
            assertThat(isShort(below.get("/wx/token"))).isTrue();
            assertThat(isShort(below.get("/wx/token?wait=0"))).isFalse();
            assertThat(isShort(below.get("//wx//token"))).isTrue();
            assertThat(below.get("//wx//token?wait=0").status()).isEqualTo(200);
            assertThat(below.get("/token").status()).isEqualTo(404);
            below.callAs();
            assertThat(below.get("/wx/token").status()).isEqualTo(401);
        }
    }

    @Test
    void whereAllPathsAreForOperatorsNobodyElseIsAnswered() {
        try (RunningServer closed =
                RunningServer.start(wechat, Keys.arguments("shop")[0], "--management.endpoints.web.base-path=/")) {
            closed.callAs(Keys.bearer("shop"));
            assertThat(closed.get("/token").status()).isEqualTo(403);
        }
    }

    /** Replaces the token and returns the old one. */
    private String replace() {
        String old = server.token();
        wechat.clock().advance(Duration.ofSeconds(30));
        wechat.account(APPID).kill();
        assertThat(server.report(old).json().path("outcome").asString()).isEqualTo("refreshed");
        return old;
    }

    private Answer report(String path, String body) {
        return server.send(
                "POST",
                path,
                BodyPublishers.ofString(body),
                "Authorization",
                "Bearer " + Keys.of("shop"),
                "Content-Type",
                "application/json");
    }

    private double reports(String outcome) {
        return count("wxtoken.token.reports", "outcome", outcome);
    }

    private Answer ask(String path, String... headers) {
        return server.send("GET", path, BodyPublishers.noBody(), headers);
    }

    private double reads() {
        return count("wxtoken.token.reads", "kind", "access_token");
    }

    private double count(String counter, String tag, String value) {
        return server.bean(MeterRegistry.class)
                .get(counter)
                .tags("caller", "shop", tag, value)
                .counter()
                .count();
    }

    private static boolean isShort(Answer answer) {
        return answer.status() == 200 && !answer.header("Content-Length").isEmpty();
    }

    private static Map<String, List<String>> headers(Answer answer) {
        Map<String, List<String>> headers =
                new TreeMap<>(answer.response().headers().map());
        headers.keySet().removeAll(List.of("content-length", "transfer-encoding", "date"));
        return headers;
    }
}
