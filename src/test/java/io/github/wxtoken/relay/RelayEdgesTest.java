package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static io.github.wxtoken.relay.Errcodes.assertErrcode;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.api.Wire;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests requests to the relay at the edge of what is allowed, on either side of it. */
@ExtendWith(OutputCaptureExtension.class)
final class RelayEdgesTest {

    private static final String PATH = "/cgi-bin/message/template/send";
    private static final String SEND = "/relay" + PATH;
    private static final String KEY = "Authorization: Bearer " + Keys.of("shop") + "\r\n";
    private static final String END = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    private static WeChatSimulator wechat;
    private static ExecutedCalls executed;
    private static RunningServer server;

    private static final AtomicInteger NETWORKS = new AtomicInteger();

    @BeforeAll
    static void start() {
        wechat = WeChatSimulator.start();
        executed = new ExecutedCalls(wechat);
        wechat.account(APPID, SECRET);
        server = RunningServer.start(
                wechat,
                Stream.of(
                                Keys.arguments("shop", "relay=/cgi-bin/message/**,/cgi-bin/media/**"),
                                Keys.arguments("all", "relay=/**"),
                                new String[] {
                                    "--server.forward-headers-strategy=native",
                                    // The largest bodies may take long on a slow machine.
                                    "--wxtoken.wechat.connect-timeout=10s",
                                    "--wxtoken.relay.call-timeout=5m"
                                })
                        .flatMap(Stream::of)
                        .toArray(String[]::new));
        server.callAs(Keys.bearer("shop"));
        // The clock must not be advanced before: it would end the first fetch.
        server.getUntil("/token", answer -> answer.status() == 200);
    }

    @AfterAll
    static void close() {
        server.close();
        wechat.close();
    }

    @BeforeEach
    void everythingIsFetched() {
        wechat.clock().advance(Duration.ofSeconds(61));
        server.getUntil("/token", answer -> answer.status() == 200);
        wechat.business().answer(request -> BusinessCalls.json("{\"errcode\":0}"));
        executed.forget();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "access_token=%s&a=%%20b",
                "a=%%20b&access_token=%s",
                "a=1&access_token=%s&b=2",
                "a=1&%%61ccess%%5Ftoken=%s&b"
            })
    void theTokenIsReplacedInItsPlace(String query) {
        String given = query.formatted(relayToken("shop"));
        assertThat(exchange("POST " + SEND + "?" + given + END + "Content-Length: 0\r\n\r\n"))
                .contains("\"errcode\":0");
        assertThat(executed.only().getTarget())
                .isEqualTo(PATH + "?" + query.formatted(server.token()).replace("%61ccess%5Ftoken", "access_token"));
    }

    @Test
    void aTokenMayBeEncoded() {
        String encoded = relayToken("shop").replace(".", "%2E").replace("e", "%65");
        assertErrcode(0, post(SEND + "?access_token=" + encoded));
        assertThat(executed.only().getTarget()).isEqualTo(PATH + "?access_token=" + server.token());
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token=", "access_token", "a=1&access_token=&b=2"})
    void anEmptyTokenIsNone(String query) {
        assertErrcode(41001, post(SEND + "?" + query));
        executed.assertNone();
        assertErrcode(0, post(SEND + "?" + query, Keys.bearer("shop")));
        assertThat(executed.only().getTarget())
                .isEqualTo(PATH + "?" + query.replaceFirst("access_token=?", "access_token=" + server.token()));
    }

    @Test
    void anExpiredTokenGets42001() {
        String relayToken = relayToken("shop");
        wechat.clock().advance(Duration.ofMinutes(125));
        server.getUntil("/token", answer -> answer.status() == 200);
        assertErrcode(42001, post(SEND + "?access_token=" + relayToken));
        executed.assertNone();
        assertErrcode(0, post(SEND + "?access_token=" + relayToken("shop")));
    }

    @Test
    void weChatsOwnTokenIsRefusedAndAudited(CapturedOutput output) {
        String own = server.token();
        assertErrcode(40001, post(SEND + "?access_token=" + own));
        assertErrcode(40001, post(SEND + "?access_token=" + own, Keys.bearer("shop")));
        executed.assertNone();
        assertThat(output.getOut()).contains("WeChat's token at the relay").doesNotContain(own);
    }

    @Test
    void theCredentialsOfTwoCallersDisagree() {
        String token = relayToken("shop");
        assertErrcode(40001, post(SEND + "?access_token=" + token, Keys.bearer("all")));
        assertErrcode(40001, post(SEND + "?access_token=" + relayToken("all"), Keys.bearer("shop")));
        assertErrcode(40125, post(SEND + "?access_token=" + token, Keys.bearer("nobody")));
        executed.assertNone();
        assertErrcode(0, post(SEND + "?access_token=" + token, Keys.bearer("shop")));
    }

    /** Also for a caller that may call all paths. Either Tomcat or the relay refuses them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/relay/cgi-bin/../cgi-bin/message/template/send",
                "/relay/cgi-bin/message/./template/send",
                "/relay/..",
                "/relay/cgi-bin/message/template/send/",
                "/relay/cgi-bin/message;x=1/template/send",
                "/relay/cgi-bin/message/template/send;x",
                "/relay/cgi-bin/%2e%2e/message/template/send",
                "/relay/cgi-bin/%2E/message/template/send",
                "/relay/cgi-bin%2fmessage/template/send",
                "/relay/cgi-bin%5cmessage/template/send",
                "/relay/cgi-bin/message/%73end",
                "/relay/cgi-bin/message/%00",
                "/relay/cgi-bin/message/%0d%0aX:%20y",
                "/relay/cgi-bin/message/\u0001",
                "/relay/cgi-bin/message/\\template",
                "/relay/cgi-bin/message/{send}",
                "/relay/",
                "/relay",
                "/relay/" + APPID,
                "/relay/wx00000000deadbeef"
            })
    void otherSpellingsAreNotRelayed(String path) {
        int sent = wechat.journal().calls().size();
        for (String caller : List.of("shop", "all")) {
            assertThat(exchange("GET " + path + "?a=1" + END + "Authorization: Bearer " + Keys.of(caller) + "\r\n\r\n"))
                    .containsPattern("^HTTP/1.1 400 |\"errcode\":(40066|47001),")
                    .doesNotContain("rid");
        }
        assertThat(wechat.journal().calls()).hasSize(sent);
    }

    /** Its path or query cannot be read, but it has a valid key. */
    @ParameterizedTest
    @ValueSource(strings = {"/relay/wxa/%2e%2e/x", SEND + "?access_token=a&access_token=b"})
    void aMalformedCallIsNoWrongKey(String target) {
        String network = network();
        for (int i = 0; i < 15; i++) {
            assertThat(server.send(
                                    "GET",
                                    target,
                                    BodyPublishers.noBody(),
                                    "Authorization",
                                    "Bearer " + Keys.of("shop"),
                                    "X-Forwarded-For",
                                    network)
                            .json()
                            .path("errcode")
                            .asInt())
                    .isIn(40066, 47001);
        }
    }

    @Test
    void anUnknownAppidIsNoPath() {
        for (String caller : List.of("shop", "all")) {
            assertErrcode(40013, post("/relay/wx00000000deadbeef" + PATH, Keys.bearer(caller)));
        }
        executed.assertNone();
    }

    /** The case counts. The simulated WeChat does not know such paths. */
    @ParameterizedTest
    @ValueSource(strings = {"/CGI-BIN/message/template/send", "/cgi-bin/Message/template/send"})
    void aPathInUpperCaseIsAnother(String path) {
        assertErrcode(48001, post("/relay" + path, Keys.bearer("shop")));
        assertThat(post("/relay" + path, Keys.bearer("all")).toString()).contains("invalid url rid: ");
    }

    @Test
    void repeatedSlashesAreOne() {
        assertErrcode(0, post("/relay//cgi-bin///message//template/send", Keys.bearer("shop")));
        assertThat(executed.only().getTarget()).isEqualTo(PATH + "?access_token=" + server.token());
        assertErrcode(48001, post("/relay//cgi-bin//menu//create", Keys.bearer("shop")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLargestBodyArrives(boolean sized) {
        byte[] body = new byte[32 << 20];
        new Random(32).nextBytes(body);
        assertErrcode(0, upload(body, sized));
        assertThat(executed.only().getHeaders().get("Content-Length")).isEqualTo(Integer.toString(body.length));
        assertThat(Objects.requireNonNull(executed.only().getBody()).toByteArray())
                .isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneByteMoreIsTooMuch(boolean sized) {
        assertThat(upload(new byte[(32 << 20) + 1], sized).status()).isEqualTo(413);
        executed.assertNone();
    }

    @Test
    void whatFollowsTheAnnouncedLengthIsNotSent() {
        assertThat(exchange("POST " + SEND + END + KEY + "Content-Length: 2\r\n\r\n{}{\"more\":1}"))
                .contains("\"errcode\":0");
        assertThat(Objects.requireNonNull(executed.only().getBody()).utf8()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"})
    void aGetWithABodyIsRefused(String body) {
        assertThat(exchange("GET " + SEND + END + KEY + body)).startsWith("HTTP/1.1 400 ");
        executed.assertNone();
    }

    @Test
    void invalidLengthsAreRefused() {
        for (String lengths : List.of(
                "Content-Length: 2\r\nContent-Length: 3\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Transfer-Encoding: gzip\r\n")) {
            assertThat(exchange("POST " + SEND + END + KEY + lengths + "\r\n{}x"))
                    .containsPattern("^HTTP/1.1 [45]|\"errcode\":47001,");
        }
        executed.assertNone();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 70})
    void aMultipartBodyArrivesAsItIs(int length) {
        String boundary = "b".repeat(length);
        String body = "--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"media\"; filename=\"\u95e8.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n\u0000\u0001\r\n--" + boundary.substring(1) + "\r\n--" + boundary
                + "--\r\n";
        String type = "multipart/form-data; boundary=\"" + boundary + "\"";
        assertErrcode(
                0,
                server.send(
                        "POST",
                        "/relay/cgi-bin/media/upload?type=image&access_token=" + relayToken("shop"),
                        BodyPublishers.ofString(body),
                        "Content-Type",
                        type));
        assertThat(executed.only().getTarget())
                .isEqualTo("/cgi-bin/media/upload?type=image&access_token=" + server.token());
        assertThat(executed.only().getHeaders().get("Content-Type")).isEqualTo(type);
        assertThat(Objects.requireNonNull(executed.only().getBody()).utf8()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "text/plain", "multipart/form-data; boundary=x", "nonsense", "application/json;charset=GBK"})
    void theContentTypeStaysAsItIs(String type) {
        String header = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
        assertThat(exchange("POST " + SEND + END + KEY + header + "Content-Length: 3\r\n\r\na=b"))
                .contains("\"errcode\":0");
        assertThat(executed.only().getHeaders().get("Content-Type")).isEqualTo(type.isEmpty() ? null : type);
        assertThat(Objects.requireNonNull(executed.only().getBody()).utf8()).isEqualTo("a=b");
        executed.forget();
        assertThat(exchange("GET " + SEND + "?a=b" + END + KEY + header + "\r\n"))
                .contains("\"errcode\":0");
        assertThat(executed.only().getHeaders().get("Content-Type")).isEqualTo(type.isEmpty() ? null : type);
        assertThat(executed.only().getMethod()).isEqualTo("GET");
    }

    private static Answer upload(byte[] body, boolean sized) {
        BodyPublisher publisher = sized
                ? BodyPublishers.ofByteArray(body)
                : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
        return server.send("POST", "/relay/cgi-bin/media/upload?type=video", publisher, Keys.bearer("shop"));
    }

    private static String relayToken(String caller) {
        return server.send(
                        "GET",
                        "/relay/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret="
                                + Keys.of(caller),
                        BodyPublishers.noBody())
                .json()
                .path("access_token")
                .asString();
    }

    private static Answer post(String path, String... headers) {
        return server.send(
                "POST",
                path,
                BodyPublishers.ofString("{}"),
                Stream.concat(Stream.of(headers), Stream.of("X-Forwarded-For", network()))
                        .toArray(String[]::new));
    }

    private static String exchange(String request) {
        try (Wire wire = new Wire(server.url().getPort())) {
            return wire.send(request.replace(END, END + "X-Forwarded-For: " + network() + "\r\n"))
                    .receive();
        }
    }

    /** Returns an address in another network, so that no rejected request is throttled. */
    private static String network() {
        int network = NETWORKS.incrementAndGet();
        return "198." + network / 250 + "." + network % 250 + ".1";
    }
}
