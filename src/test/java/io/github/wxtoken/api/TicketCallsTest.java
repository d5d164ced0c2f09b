package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Tests the ticket calls of the server and those in WeChat's format. */
final class TicketCallsTest {

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final Account account = wechat.account(APPID, SECRET);
    private final RunningServer server =
            RunningServer.start(wechat, "--wxtoken.accounts.account1.tickets=jsapi,wx_card");

    @BeforeEach
    void everythingIsFetched() {
        server.getUntil("/ticket?type=jsapi", answer -> answer.status() == 200);
        server.getUntil("/ticket?type=wx_card", answer -> answer.status() == 200);
    }

    @AfterEach
    void close() {
        server.close();
        wechat.close();
    }

    @ParameterizedTest
    @CsvSource({"jsapi", "wx_card"})
    void aTicketIsServed(String type) {
        Answer answer = server.get("/ticket?type=" + type);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("ticket").asString())
                .isEqualTo(account.currentTicket(type).orElseThrow());
        assertThat(answer.json().path("expires_in").asInt()).isBetween(3500, 3900);
        assertThat(answer.json().path("appid").asString()).isEqualTo(APPID);
        assertThat(answer.header("ETag"))
                .isEqualTo("\"" + answer.json().path("version").asLong() + "\"");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(server.send(
                                "GET",
                                "/ticket?type=" + type,
                                BodyPublishers.noBody(),
                                "If-None-Match",
                                answer.header("ETag"))
                        .status())
                .isEqualTo(304);
    }

    @Test
    void aReportBringsTheTicketThatWeChatHandsOut() {
        String ticket = ticket();
        // It was fetched just now.
        assertThat(report(ticket).json().path("outcome").asString()).isEqualTo("alive");
        assertThat(wechat.journal().calls(APPID, CallKind.TICKET)).isEqualTo(2);

        account.endTicket("jsapi");
        wechat.clock().advance(Duration.ofMinutes(2));
        Answer refreshed = report(ticket);
        assertThat(refreshed.json().path("outcome").asString()).isEqualTo("refreshed");
        assertThat(refreshed.json().path("ticket").asString())
                .isNotEqualTo(ticket)
                .isEqualTo(account.currentTicket("jsapi").orElseThrow());
        assertThat(report(ticket).json().path("outcome").asString()).isEqualTo("superseded");
        assertThat(report(null).json().path("outcome").asString()).isEqualTo("alive");
    }

    @ParameterizedTest
    @CsvSource({
        "{}, ticket is missing",
        "{\"ticket\":1}, ticket is not a string",
        "{\"access_token\":\"x\"}, unknown field",
        "x, not JSON",
    })
    void aMalformedReportIsRefused(String body, String detail) {
        Answer answer = server.send(
                "POST",
                "/ticket/refresh?type=jsapi",
                BodyPublishers.ofString(body),
                "Content-Type",
                "application/json");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("detail").asString()).contains(detail);
    }

    @ParameterizedTest
    @CsvSource({
        "http://mp.weixin.qq.com?params=value",
        "https://shop.example.com/a/b?x=1&y=%E4%BD%A0#/route?z",
        "https://shop.example.com/商品?q=a|b",
        "HTTPS://shop.example.com:8443/",
    })
    void aPageThatIsSignedMayUseTheSdk(String page) {
        Answer answer = server.get("/jsapi/signature?url=" + URLEncoder.encode(page, StandardCharsets.UTF_8));
        JsonNode signed = answer.json();
        assertThat(signed.propertyNames()).containsExactly("appId", "timestamp", "nonceStr", "signature");
        assertThat(signed.path("appId").asString()).isEqualTo(APPID);
        assertThat(account.acceptsSignature(
                        page,
                        signed.path("nonceStr").asString(),
                        signed.path("timestamp").asLong(),
                        signed.path("signature").asString()))
                .isTrue();
        assertThat(server.get("/jsapi/signature?url=" + URLEncoder.encode(page, StandardCharsets.UTF_8))
                        .json()
                        .path("nonceStr"))
                .isNotEqualTo(signed.path("nonceStr"));
    }

    /** WeChat's JS-SDK documentation, appendix 1: the current example and an older one. */
    @ParameterizedTest
    @CsvSource({
        "http://mp.weixin.qq.com?params=value, 0f9de62fce790f9a083d5c99e95740ceb90c27ed",
        "http://mp.weixin.qq.com, f4d90daf4b3bca3078ab155816175ba34c443a7b",
    })
    void theOfficialExampleIsReproduced(String url, String signature) {
        assertThat(JsapiSignature.sign(
                                "wx",
                                "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
                                "Wm3WZYTPz0wzccnW",
                                1414587457,
                                url)
                        .signature())
                .isEqualTo(signature);
    }

    @Test
    void weChatsOwnCallTakesTheCurrentOrThePreviousAccessToken() {
        String first = server.token();
        assertThat(getticket(first, "jsapi").toString())
                .isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\",\"ticket\":\"" + ticket() + "\",\"expires_in\":"
                        + getticket(first, "jsapi").path("expires_in").asLong() + "}");
        wechat.clock().advance(Duration.ofMinutes(115));
        server.getUntil(
                "/token",
                answer -> !answer.json().path("access_token").asString().equals(first));
        assertThat(getticket(first, "wx_card").path("errcode").asInt()).isZero();
        assertThat(getticket(server.token(), "wx_card").path("errcode").asInt()).isZero();
        wechat.clock().advance(Duration.ofMinutes(6));
        assertThat(getticket(first, "jsapi").path("errcode").asInt()).isEqualTo(40001);
    }

    @Test
    void weChatsOwnCallRefusesInItsOwnWords() {
        assertThat(getticket("garbage", "jsapi").path("errcode").asInt()).isEqualTo(40001);
        assertThat(getticket(server.token(), "mobile").path("errcode").asInt()).isEqualTo(40097);
        assertThat(server.get("/cgi-bin/ticket/getticket?access_token=" + server.token())
                        .json()
                        .path("errcode")
                        .asInt())
                .isEqualTo(40097);
        assertThat(server.get("/cgi-bin/ticket/getticket?type=jsapi")
                        .json()
                        .path("errcode")
                        .asInt())
                .isEqualTo(41001);
        assertThat(server.send("PUT", "/cgi-bin/ticket/getticket", BodyPublishers.noBody())
                        .json()
                        .path("errcode")
                        .asInt())
                .isEqualTo(43001);
    }

    /** One SDK posts with an empty body. */
    @Test
    void weChatsOwnCallMayBePosted() {
        String query = "?type=jsapi&access_token=" + server.token();
        assertThat(server.send("POST", "/cgi-bin/ticket/getticket" + query, BodyPublishers.noBody())
                        .json()
                        .path("ticket")
                        .asString())
                .isEqualTo(getticket(server.token(), "jsapi").path("ticket").asString())
                .isNotEmpty();
    }

    @Test
    void aRotatedAccessTokenDoesNotDisturbTickets() {
        List<String> tickets =
                List.of(ticket(), account.currentTicket("wx_card").orElseThrow());
        String token = server.token();
        wechat.clock().advance(Duration.ofSeconds(10));
        account.kill();
        assertThat(server.report(token).json().path("outcome").asString()).isEqualTo("refreshed");
        assertThat(ticket()).isEqualTo(tickets.get(0));
        assertThat(wechat.journal().calls(APPID, CallKind.TICKET)).isEqualTo(2);
    }

    private String ticket() {
        return server.get("/ticket?type=jsapi").json().path("ticket").asString();
    }

    private JsonNode getticket(String accessToken, String type) {
        Answer answer = server.get("/cgi-bin/ticket/getticket?access_token=" + accessToken + "&type=" + type);
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private Answer report(@Nullable String ticket) {
        return server.send(
                "POST",
                "/ticket/refresh?type=jsapi",
                ticket == null ? BodyPublishers.noBody() : BodyPublishers.ofString("{\"ticket\":\"" + ticket + "\"}"),
                "Content-Type",
                "application/json");
    }
}
