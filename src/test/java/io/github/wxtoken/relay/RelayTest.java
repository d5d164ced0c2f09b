package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static io.github.wxtoken.relay.Errcodes.assertErrcode;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests relayed calls against the whole server. */
final class RelayTest {

    private static final String OTHER_APPID = "wxfedcba9876543210";
    private static final String SEND = "/cgi-bin/message/template/send";

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final Account account = wechat.account(APPID, SECRET);
    private final RunningServer server;

    RelayTest() {
        wechat.account(OTHER_APPID, SECRET);
        server = RunningServer.start(
                wechat,
                List.of(APPID, OTHER_APPID),
                Stream.of(
                                Keys.arguments(
                                        "shop",
                                        "accounts=account1",
                                        "relay=/cgi-bin/message/**,/cgi-bin/media/**,/wxa/**,/sns/**,/cgi-bin/clear_quota/v2"),
                                Keys.arguments("both", "relay=/**"),
                                Keys.arguments("none", "accounts=account1"))
                        .flatMap(Stream::of)
                        .toArray(String[]::new));
    }

    @BeforeEach
    void everythingIsFetched() {
        server.callAs(Keys.bearer("shop"));
        server.getUntil("/token", answer -> answer.status() == 200);
    }

    @AfterEach
    void close() {
        server.close();
        wechat.close();
    }

    @Test
    void aRelayTokenIsGrantedAndIsWorthNothingAtWeChat() {
        Answer answer =
                get("/relay/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret=" + Keys.of("shop"));
        assertThat(answer.json().propertyNames()).containsExactly("access_token", "expires_in");
        assertThat(answer.json().path("expires_in").asInt()).isEqualTo(7200);
        assertThat(answer.json().path("access_token").asString())
                .hasSizeLessThanOrEqualTo(512)
                .isNotEqualTo(server.token());
    }

    @Test
    void aCallCarriesWeChatsTokenAndTheBodyAsItCame() {
        String token = server.token();
        Answer answer = post(SEND + "?a=%20b&access_token=" + relayToken() + "&c=1,2&&d=", "{\"touser\":\"门店\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("errmsg").asString()).isEqualTo("ok");
        RecordedRequest sent = only();
        assertThat(sent.getTarget()).isEqualTo(SEND + "?a=%20b&access_token=" + token + "&c=1,2&&d=");
        assertThat(Objects.requireNonNull(sent.getBody()).utf8()).isEqualTo("{\"touser\":\"门店\"}");
        assertThat(sent.getChunkSizes()).isNull();
    }

    @Test
    void theAppSecretIsPutInForLogins() {
        for (String path : List.of("/relay/sns/jscode2session", "/sns/jscode2session", "/sns/oauth2/access_token")) {
            wechat.business().answer(request -> BusinessCalls.json("{\"openid\":\"o\"}"));
            Answer answer = get(path + "?appid=" + APPID + "&access_token=x&secret=" + Keys.of("shop") + "&js_code=c");
            assertThat(answer.json().path("openid").asString()).isEqualTo("o");
        }
        assertThat(wechat.business().executed()).hasSize(3).allSatisfy(sent -> assertThat(sent.getTarget())
                .endsWith("?appid=" + APPID + "&secret=" + SECRET + "&js_code=c"));
        assertThat(get("/sns/jscode2session?appid=" + APPID + "&secret=wrong&js_code=c")
                        .json()
                        .path("errcode")
                        .asInt())
                .isEqualTo(40125);
    }

    @Test
    void aDeadTokenIsHealedAndThePostIsExecutedOnce() {
        String relayToken = relayToken();
        wechat.clock().advance(Duration.ofSeconds(30));
        account.kill();
        Answer answer = post(SEND + "?access_token=" + relayToken, "{}");
        assertThat(answer.json().path("errcode").asInt()).isZero();
        assertThat(answer.header("X-Wxtoken-Healed")).isEqualTo("1");
        assertThat(wechat.business().executed()).hasSize(1);
        assertThat(wechat.journal().mints(APPID)).isEqualTo(2);
    }

    /** It cannot be sent twice, and most SDKs do not repeat an upload: its body is a stream for them, too. */
    @Test
    void aLargeUploadIsNotSentWithADeadToken() {
        String relayToken = relayToken();
        account.kill();
        wechat.clock().advance(Duration.ofSeconds(30));
        assertErrcode(0, upload(relayToken));
        assertThat(wechat.business().executed()).hasSize(1);
        assertThat(wechat.journal().mints(APPID)).isEqualTo(2);
    }

    @Test
    void aTokenThatWeChatAcceptedIsNotVerifiedForEachLargeUpload() {
        String relayToken = relayToken();
        assertErrcode(0, upload(relayToken));
        wechat.clock().advance(Duration.ofSeconds(30));
        assertErrcode(0, upload(relayToken));
        assertThat(wechat.journal().probes(APPID)).isEqualTo(1);
        assertErrcode(0, upload(relayToken));
        assertThat(wechat.journal().probes(APPID)).isEqualTo(1);
    }

    /** Otherwise each large upload would wait until another probe may be sent. */
    @Test
    void aProbeWithoutAnAnswerIsNotRepeatedForTheNextLargeUpload() {
        String relayToken = relayToken();
        wechat.clock().advance(Duration.ofSeconds(30));
        wechat.faults().on(CallKind.PROBE).always(Fault.SYSTEM_BUSY);
        assertErrcode(0, upload(relayToken));
        // Both hosts were asked.
        int probes = wechat.journal().probes(APPID);
        assertErrcode(0, upload(relayToken));
        assertThat(wechat.journal().probes(APPID)).isEqualTo(probes);
    }

    /** An SDK that repeats the upload does so once. */
    @Test
    void theRefusalOfALargeUploadArrivesWhenTheTokenIsReplaced() {
        String relayToken = relayToken();
        server.token();
        // Long enough after the first mint for another one, but the token still needs no probe.
        wechat.clock().advance(Duration.ofSeconds(6));
        account.kill();
        wechat.faults().slowness(Duration.ofMillis(500)).on(CallKind.PROBE).next(Fault.SLOW_ANSWER, 1);
        assertErrcode(40001, upload(relayToken));
        assertThat(wechat.journal().mints(APPID)).isEqualTo(2);
        assertErrcode(0, upload(relayToken));
        assertThat(wechat.business().executed()).hasSize(1);
    }

    @Test
    void aTokenThatIsRefusedForEverIsRepeatedOnce() {
        wechat.faults().on(CallKind.BUSINESS).always(Fault.FLAPPING);
        int before = wechat.journal().calls().size();
        Answer answer = post(SEND + "?access_token=" + relayToken(), "{}");
        assertThat(answer.json().path("errcode").asInt()).isEqualTo(40001);
        assertThat(wechat.journal().calls().stream().skip(before).filter(call -> call.kind() == CallKind.BUSINESS))
                .hasSize(2);
    }

    @Test
    void callersAreConfined() {
        String relayToken = relayToken();
        assertErrcode(48001, post("/cgi-bin/menu/create?access_token=" + relayToken, "{}"));
        assertErrcode(48001, post("/cgi-bin/clear_quota?access_token=" + token("both", APPID), "{}"));
        assertErrcode(40001, post(SEND + "?access_token=" + relayToken + "x", "{}"));
        assertErrcode(40001, post(SEND + "?access_token=" + server.token(), "{}"));
        assertErrcode(40001, post("/" + OTHER_APPID + SEND + "?access_token=" + token("both", APPID), "{}"));
        assertErrcode(41001, post(SEND, "{}"));
        assertErrcode(47001, post(SEND + "?access_token=" + relayToken + "&%61ccess_token=y", "{}"));
        assertErrcode(40066, post("/cgi-bin/message/%2e%2e/x?access_token=" + relayToken, "{}"));
        assertErrcode(
                48001,
                get("/relay/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret=" + Keys.of("none")));
        assertThat(wechat.business().executed()).isEmpty();
    }

    @Test
    void aKeyInTheHeaderIsEnough() {
        assertErrcode(0, send(SEND, BodyPublishers.ofString("{}"), Keys.bearer("shop")));
        assertErrcode(0, send("/" + OTHER_APPID + SEND, BodyPublishers.ofString("{}"), Keys.bearer("both")));
        assertErrcode(41002, send(SEND, BodyPublishers.ofString("{}"), Keys.bearer("both")));
        assertErrcode(40125, send(SEND, BodyPublishers.ofString("{}"), "Authorization", "Bearer x"));
    }

    private Answer upload(String relayToken) {
        return send(
                "/cgi-bin/media/upload?type=image&access_token=" + relayToken,
                BodyPublishers.ofByteArray(new byte[5 << 20]));
    }

    @Test
    void bodiesOfAllSizesArriveWithALength() {
        String relayToken = relayToken();
        for (int size : new int[] {1, 65_535, 65_536, 1 << 20, (1 << 20) + 1, 5 << 20}) {
            byte[] body = new byte[size];
            new Random(size).nextBytes(body);
            Answer answer = send(
                    "/cgi-bin/media/upload?type=image&access_token=" + relayToken, BodyPublishers.ofByteArray(body));
            assertErrcode(0, answer);
            RecordedRequest sent = wechat.business()
                    .executed()
                    .get(wechat.business().executed().size() - 1);
            assertThat(sent.getHeaders().get("Content-Length")).isEqualTo(Integer.toString(size));
            assertThat(Objects.requireNonNull(sent.getBody()).toByteArray()).isEqualTo(body);
            // Without a length, the client sends chunks.
            Answer chunked = send(
                    "/cgi-bin/media/upload?type=image&access_token=" + relayToken,
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
            assertErrcode(0, chunked);
            sent = wechat.business().executed().get(wechat.business().executed().size() - 1);
            assertThat(sent.getHeaders().get("Content-Length")).isEqualTo(Integer.toString(size));
            assertThat(Objects.requireNonNull(sent.getBody()).toByteArray()).isEqualTo(body);
        }
        assertThat(send(
                                "/cgi-bin/media/upload?access_token=" + relayToken,
                                BodyPublishers.ofByteArray(new byte[(32 << 20) + 1]))
                        .status())
                .isEqualTo(413);
    }

    @Test
    void anUnreachableWeChatIsNoErrcode() {
        String relayToken = relayToken();
        wechat.host(0).down();
        wechat.host(1).down();
        Answer answer = post(SEND + "?access_token=" + relayToken, "{}");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.json().path("detail").asString()).contains("did not answer");
    }

    private RecordedRequest only() {
        assertThat(wechat.business().executed()).hasSize(1);
        return wechat.business().executed().get(0);
    }

    private String relayToken() {
        return token("shop", APPID);
    }

    private String token(String caller, String appid) {
        return get("/relay/cgi-bin/token?grant_type=client_credential&appid=" + appid + "&secret=" + Keys.of(caller))
                .json()
                .path("access_token")
                .asString();
    }

    private Answer get(String path) {
        return server.send("GET", path, BodyPublishers.noBody());
    }

    private Answer post(String path, String json) {
        return send(path, BodyPublishers.ofString(json));
    }

    private Answer send(String path, BodyPublisher body, String... headers) {
        return server.send("POST", "/relay" + path, body, headers);
    }
}
