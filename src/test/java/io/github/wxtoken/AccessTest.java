package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests access control: every endpoint, called with every kind of key. */
final class AccessTest {

    private static final String OTHER_APPID = "wxfedcba9876543210";

    private static final AtomicInteger CALLS = new AtomicInteger();

    private static WeChatSimulator wechat;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        wechat = WeChatSimulator.start();
        wechat.account(RunningServer.APPID, RunningServer.SECRET);
        wechat.account(OTHER_APPID, RunningServer.SECRET);
        List<String> arguments = new ArrayList<>();
        Stream.of(
                        Keys.arguments("shop", "accounts=account1"),
                        Keys.arguments("crm", "accounts=account2"),
                        Keys.arguments("all"),
                        Keys.arguments("ops", "operator=true", "accounts="),
                        new String[] {"--wxtoken.accounts.account1.tickets=jsapi"},
                        // Lets each call come from another address, so that none is throttled.
                        new String[] {"--server.forward-headers-strategy=native"})
                .flatMap(Stream::of)
                .forEach(arguments::add);
        server = RunningServer.start(
                wechat, List.of(RunningServer.APPID, OTHER_APPID), arguments.toArray(String[]::new));
        server.getUntil("/actuator/health", answer -> answer.status() == 200);
    }

    @AfterAll
    static void stop() {
        server.close();
        wechat.close();
    }

    /** No key, a wrong key, the key of a caller without the account, the right key, an operator's key. */
    @ParameterizedTest
    @CsvSource({
        "GET,     /token?appid=wx0123456789abcdef,         401, 401, 404, 200, 404",
        "GET,     /token,                                  401, 401, 200, 200, 400",
        "GET,     //token,                                 401, 401, 200, 200, 400",
        "GET,     //token?wait=0,                          401, 401, 200, 200, 400",
        "GET,     /token?appid=wx0000000000000000,         401, 401, 404, 404, 404",
        "HEAD,    /token?appid=wx0123456789abcdef,         401, 401, 404, 200, 404",
        "PUT,     /token,                                  401, 401, 405, 405, 405",
        "POST,    /token/refresh?appid=wx0123456789abcdef, 401, 401, 404, 200, 404",
        "GET,     /token/refresh,                          401, 401, 405, 405, 405",
        "GET,     /actuator/health,                        200, 401, 200, 200, 200",
        "GET,     /actuator/health/liveness,               200, 401, 200, 200, 200",
        "GET,     /actuator/health/readiness,              200, 401, 200, 200, 200",
        "GET,     /actuator/health/tokens,                 401, 401, 403, 403, 200",
        "GET,     //actuator//health,                      200, 401, 200, 200, 200",
        "GET,     //actuator//health//tokens,              401, 401, 403, 403, 200",
        "GET,     //actuator//prometheus,                  401, 401, 403, 403, 200",
        "GET,     //actuator/tokens//account1,             401, 401, 403, 403, 200",
        "GET,     /actuator/health/unknown,                401, 401, 403, 403, 404",
        "GET,     /actuator,                               401, 401, 403, 403, 404",
        "GET,     /actuator/prometheus,                    401, 401, 403, 403, 200",
        "GET,     /actuator/sbom,                          401, 401, 403, 403, 200",
        "GET,     /actuator/tokens,                        401, 401, 403, 403, 200",
        "GET,     /actuator/tokens/account1,               401, 401, 403, 403, 200",
        "GET,     /actuator/tokens/unknown,                401, 401, 403, 403, 404",
        "POST,    /actuator/tokens/account1,               401, 401, 403, 403, 415",
        "GET,     /actuator/env,                           401, 401, 403, 403, 404",
        "POST,    /actuator/shutdown,                      401, 401, 403, 403, 404",
        "GET,     /,                                       200, 200, 200, 200, 200",
        "HEAD,    /,                                       200, 200, 200, 200, 200",
        "POST,    /,                                       405, 405, 405, 405, 405",
        "GET,     /unknown,                                401, 401, 404, 404, 404",
        "GET,     /error,                                  401, 401, 404, 404, 404",
        "OPTIONS, /token,                                  401, 401, 200, 200, 200",
        "GET,     /ticket?type=jsapi&appid=wx0123456789abcdef,         401, 401, 404, 200, 404",
        "GET,     /ticket?type=wx_card&appid=wx0123456789abcdef,       401, 401, 404, 404, 404",
        "POST,    /ticket/refresh?type=jsapi&appid=wx0123456789abcdef, 401, 401, 404, 200, 404",
        "GET,     /jsapi/signature?url=https://a.cn/&appid=wx0123456789abcdef, 401, 401, 404, 200, 404",
        "GET,     /openapi.yaml,                           401, 401, 200, 200, 200",
        "GET,     /status,                                 200, 200, 200, 200, 200",
        "HEAD,    /status,                                 200, 200, 200, 200, 200",
        "POST,    /status,                                 405, 405, 405, 405, 405",
        "GET,     /status/main.js,                         200, 200, 200, 200, 200",
        "DELETE,  /status/main.js,                         405, 405, 405, 405, 405",
        "GET,     /status/unknown,                         404, 404, 404, 404, 404",
        "GET,     /statuses,                               401, 401, 404, 404, 404",
        "GET,     /cgi-bin/unknown,                        200, 200, 200, 200, 200",
        "GET,     //status,                                200, 200, 200, 200, 200",
    })
    void everyEndpointIsForThoseItIsFor(
            String method, String path, int noKey, int wrongKey, int otherAccount, int rightKey, int operator) {
        assertThat(List.of(
                        send(method, path).status(),
                        send(method, path, Keys.bearer("nobody")).status(),
                        send(method, path, Keys.bearer("crm")).status(),
                        send(method, path, Keys.bearer("shop")).status(),
                        send(method, path, Keys.bearer("ops")).status()))
                .containsExactly(noKey, wrongKey, otherAccount, rightKey, operator);
    }

    /** WeChat's own token calls with the same kinds of keys; each is answered with 200 and an errcode. */
    @ParameterizedTest
    @CsvSource({
        "GET,  /cgi-bin/token,        41004, 40125, 40013, 0, 40013",
        "GET,  //cgi-bin/token,       41004, 40125, 40013, 0, 40013",
        "POST, //cgi-bin//token,      41004, 40125, 40013, 0, 40013",
        "POST, /cgi-bin/token,        41004, 40125, 40013, 0, 40013",
        "POST, /cgi-bin/stable_token, 41004, 40125, 40013, 0, 40013",
    })
    void weChatsOwnCallsAreForThoseTheyAreFor(
            String method, String path, int noKey, int wrongKey, int otherAccount, int rightKey, int operator) {
        assertThat(Stream.of("", Keys.of("nobody"), Keys.of("crm"), Keys.of("shop"), Keys.of("ops"))
                        .map(key -> errcode(method, path, key)))
                .containsExactly(noKey, wrongKey, otherAccount, rightKey, operator);
    }

    private static int errcode(String method, String path, String key) {
        String query = "grant_type=client_credential&appid=" + RunningServer.APPID + "&secret=" + key;
        String json = "{\"" + query.replace("=", "\":\"").replace("&", "\",\"") + "\"}";
        boolean stable = path.endsWith("stable_token");
        Answer answer = server.send(
                method,
                method.equals("GET") ? path + "?" + query : path,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(stable ? json : query),
                "Content-Type",
                stable ? "application/json" : "application/x-www-form-urlencoded",
                "X-Forwarded-For",
                "2001:db8:0:" + Integer.toHexString(CALLS.incrementAndGet()) + "::1");
        assertThat(answer.status()).isEqualTo(200);
        return answer.json().path("errcode").asInt(0);
    }

    @Test
    void theDetailsOfHealthAreForOperators() {
        assertThat(send("GET", "/actuator/health").response().body())
                .isEqualTo("{\"groups\":[\"liveness\",\"readiness\"],\"status\":\"UP\"}");
        assertThat(send("GET", "/actuator/health", Keys.bearer("all"))
                        .response()
                        .body())
                .doesNotContain("tokens", "appid");
        assertThat(send("GET", "/actuator/health", Keys.bearer("ops"))
                        .json()
                        .at("/components/tokens/details/accounts/account1/appid")
                        .asString())
                .isEqualTo(RunningServer.APPID);
    }

    @Test
    void aKeyMayBeShownByBasicWithTheNameOfItsCaller() {
        assertThat(basic("shop:" + Keys.of("shop")).status()).isEqualTo(200);
        assertThat(basic("crm:" + Keys.of("shop")).status()).isEqualTo(401);
        assertThat(basic(":" + Keys.of("shop")).status()).isEqualTo(401);
        assertThat(basic("shop:").status()).isEqualTo(401);
        assertThat(basic("shop").status()).isEqualTo(401);
        assertThat(basic("shop:" + RunningServer.SECRET).status()).isEqualTo(401);
    }

    @Test
    void whatWasWrongIsNotTold() {
        Answer none = send("GET", "/token");
        assertThat(none.response().headers().allValues("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"wxtoken\"", "Basic realm=\"wxtoken\", charset=\"UTF-8\"");
        assertThat(none.header("Content-Type")).startsWith("application/problem+json");
        assertThat(none.header("Cache-Control")).isEqualTo("no-store");
        assertThat(none.header("Set-Cookie")).isEmpty();
        for (Answer wrong : List.of(
                send("GET", "/token", Keys.bearer("nobody")),
                send("GET", "/token", "Authorization", "Bearer"),
                basic("shop:wrong"),
                basic("nobody:" + Keys.of("shop")),
                send("GET", "/unknown"))) {
            assertThat(wrong).hasToString(none.toString());
            assertThat(wrong.response().headers().allValues("WWW-Authenticate"))
                    .isEqualTo(none.response().headers().allValues("WWW-Authenticate"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Bearer",
                "Bearer ",
                "bearer:key",
                "Basic",
                "Basic ",
                "Basic !!!",
                "Basic c2hvcA",
                "Basic =",
                "Negotiate abc",
                "Digest username=\"shop\"",
                "key-of-shop-0123456789abcdefghijklmnopqrstuv",
                "Bearer key-of-shop-0123456789abcdefghijklmnopqrstuv, Bearer x",
                "Bearer key-of-shop-0123456789abcdefghijklmnopqrstuv x",
                "Bearer \t\u00ff\u00fe",
            })
    void aMalformedHeaderOpensNothing(String header) {
        assertThat(send("GET", "/token", "Authorization", header).status()).isIn(400, 401);
    }

    @ParameterizedTest
    @ValueSource(ints = {7_000, 64_000})
    void aHugeHeaderOpensNothing(int length) {
        String key = "x".repeat(length);
        assertThat(send("GET", "/token", "Authorization", "Bearer " + key).status())
                .isIn(400, 401, 431);
        assertThat(send("GET", "/token", "Authorization", "Basic " + key).status())
                .isIn(400, 401, 431);
    }

    @Test
    void twoHeadersAreNone() {
        assertThat(send("GET", "/token", "Authorization", "Bearer x", "Authorization", "Bearer " + Keys.of("shop"))
                        .status())
                .isEqualTo(401);
        assertThat(send("GET", "/token", "Authorization", "Bearer " + Keys.of("shop"), "Authorization", "Bearer x")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void readsAndFailuresAreCounted() {
        send("GET", "/token", Keys.bearer("shop"));
        send("GET", "/token");
        assertThat(send("GET", "/actuator/prometheus", Keys.bearer("ops"))
                        .response()
                        .body())
                .containsPattern("wxtoken_token_reads_total\\{caller=\"shop\",kind=\"access_token\"} [1-9]")
                .containsPattern("wxtoken_authentication_failures_total [1-9]")
                .doesNotContain(Keys.of("shop"), RunningServer.SECRET);
    }

    private static Answer basic(String credentials) {
        return send(
                "GET",
                "/token",
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }

    private static Answer send(String method, String path, String... headers) {
        String address = "2001:db8:0:" + Integer.toHexString(CALLS.incrementAndGet()) + "::1";
        return server.send(
                method,
                path,
                BodyPublishers.noBody(),
                Stream.concat(Stream.of("X-Forwarded-For", address), Stream.of(headers))
                        .toArray(String[]::new));
    }
}
