package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static io.github.wxtoken.relay.Errcodes.assertErrcode;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests which account a relayed request is for, and whose credentials it may have, on a server with two accounts. */
final class RelayAddressingTest {

    private static final String OTHER_APPID = "wxfedcba9876543210";
    private static final String UNKNOWN_APPID = "wx00000000deadbeef";
    private static final String SEND = "/cgi-bin/message/template/send";
    private static final String TICKET = "/cgi-bin/ticket/getticket?type=jsapi&access_token=";

    private static final AtomicInteger NETWORKS = new AtomicInteger();

    private static WeChatSimulator wechat;
    private static ExecutedCalls executed;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        wechat = WeChatSimulator.start();
        executed = new ExecutedCalls(wechat);
        wechat.account(APPID, SECRET);
        wechat.account(OTHER_APPID, SECRET);
        server = RunningServer.start(
                wechat,
                List.of(APPID, OTHER_APPID),
                Stream.of(
                                Keys.arguments("shop", "accounts=account1", "relay=/**,/cgi-bin/clear_quota/v2"),
                                Keys.arguments("both", "relay=/**"),
                                new String[] {
                                    "--server.forward-headers-strategy=native",
                                    "--wxtoken.accounts.account1.tickets=jsapi",
                                    "--wxtoken.accounts.account2.tickets=jsapi"
                                })
                        .flatMap(Stream::of)
                        .toArray(String[]::new));
        server.callAs(Keys.bearer("both"));
        for (String appid : List.of(APPID, OTHER_APPID)) {
            server.getUntil("/token?appid=" + appid, answer -> answer.status() == 200);
            server.getUntil("/ticket?type=jsapi&appid=" + appid, answer -> answer.status() == 200);
        }
    }

    @AfterAll
    static void close() {
        server.close();
        wechat.close();
    }

    @BeforeEach
    void timePasses() {
        // Tickets are verified at most once a second.
        wechat.clock().advance(Duration.ofSeconds(5));
        executed.forget();
    }

    @Test
    void aTicketThatCannotBeFetchedIsNoErrcodeWithWhichSdksRepeatACall() {
        try (WeChatSimulator busy = WeChatSimulator.start()) {
            busy.account(APPID, SECRET);
            busy.faults().on(CallKind.TICKET).always(Fault.SYSTEM_BUSY);
            String[] caller = Keys.arguments("shop", "relay=/**");
            try (RunningServer own =
                    RunningServer.start(busy, caller[0], caller[1], "--wxtoken.accounts.account1.tickets=jsapi")) {
                own.callAs(Keys.bearer("shop"));
                own.getUntil("/ticket?type=jsapi", answer -> answer.json().has("errcode"));
                String token = own.get("/relay/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret="
                                + Keys.of("shop"))
                        .json()
                        .path("access_token")
                        .asString();
                Answer answer = own.get("/relay" + TICKET + token);
                assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
                assertThat(answer.header("Retry-After")).isNotEmpty();
            }
        }
    }

    @Test
    void anAppidInThePathMustBeThatOfTheToken() {
        for (String appid : List.of(APPID, OTHER_APPID)) {
            assertErrcode(0, post("/relay/" + appid + SEND + "?access_token=" + token("both", appid), "{}"));
            assertThat(executed.only().getTarget()).isEqualTo(SEND + "?access_token=" + weChatsToken(appid));
            executed.forget();
        }
        assertErrcode(40001, post("/relay/" + OTHER_APPID + SEND + "?access_token=" + token("both", APPID), "{}"));
        assertErrcode(40013, post("/relay/" + UNKNOWN_APPID + SEND + "?access_token=" + token("both", APPID), "{}"));
        executed.assertNone();
    }

    @Test
    void anotherCallersAccountLooksLikeAnUnknownOne() {
        String token = token("shop", APPID);
        for (String appid : List.of(OTHER_APPID, UNKNOWN_APPID)) {
            assertThat(post("/relay/" + appid + SEND + "?access_token=" + token, "{}")
                            .toString())
                    .isEqualTo("200 {\"errcode\":40013,\"errmsg\":\"invalid appid: no account of this caller\"}");
            assertErrcode(40013, post("/relay/" + appid + SEND, "{}", Keys.bearer("shop")));
            assertErrcode(41001, post("/relay/" + appid + SEND, "{}"));
            assertErrcode(40013, get("/relay/" + appid + "/sns/jscode2session?js_code=c&secret=" + Keys.of("shop")));
            assertErrcode(40013, get("/sns/jscode2session?js_code=c&appid=" + appid + "&secret=" + Keys.of("shop")));
        }
        executed.assertNone();
    }

    @Test
    void aTokenIsGrantedForTheAccountInThePathOnly() {
        String fields = "?grant_type=client_credential&secret=" + Keys.of("both") + "&appid=";
        assertThat(get("/relay/" + APPID + "/cgi-bin/token" + fields + APPID)
                        .json()
                        .has("access_token"))
                .isTrue();
        assertErrcode(40013, get("/relay/" + APPID + "/cgi-bin/token" + fields + OTHER_APPID));
        assertErrcode(40013, get("/relay/" + UNKNOWN_APPID + "/cgi-bin/token" + fields + APPID));
        assertErrcode(40013, get("/relay/cgi-bin/token" + fields + UNKNOWN_APPID));
    }

    @Test
    void theStableCallGrantsARelayTokenAndNeverMints() {
        int mints = wechat.journal().mints(APPID);
        for (String more : List.of("", ",\"force_refresh\":true", ",\"force_refresh\":false")) {
            for (String path : List.of("/relay", "/relay/" + APPID)) {
                String token = post(path + "/cgi-bin/stable_token", stable(Keys.of("shop"), more))
                        .json()
                        .path("access_token")
                        .asString();
                assertErrcode(0, post("/relay" + SEND + "?access_token=" + token, "{}"));
            }
        }
        assertErrcode(40125, post("/relay/cgi-bin/stable_token", stable(Keys.of("nobody"), "")));
        assertErrcode(40013, post("/relay/" + OTHER_APPID + "/cgi-bin/stable_token", stable(Keys.of("both"), "")));
        assertThat(wechat.journal().mints(APPID)).isEqualTo(mints);
    }

    @Test
    void theTicketIsThatOfTheTokensAccount() {
        for (String appid : List.of(APPID, OTHER_APPID)) {
            String ticket = server.get("/ticket?type=jsapi&appid=" + appid)
                    .json()
                    .path("ticket")
                    .asString();
            String token = token("both", appid);
            for (String path : List.of("/relay" + TICKET + token, "/relay/" + appid + TICKET + token)) {
                assertThat(get(path).json().path("ticket").asString()).isEqualTo(ticket);
                assertThat(post(path, "").json().path("ticket").asString()).isEqualTo(ticket);
            }
        }
    }

    @Test
    void theTicketOfAnotherAccountIsRefused() {
        String token = token("both", APPID);
        assertErrcode(40001, get("/relay/" + OTHER_APPID + TICKET + token));
        assertErrcode(40001, post("/relay/" + OTHER_APPID + TICKET + token, ""));
        assertErrcode(40001, get("/relay/" + UNKNOWN_APPID + TICKET + token));
    }

    @Test
    void theTicketNeedsTheRightKindOfToken() {
        assertErrcode(40001, get("/relay" + TICKET + weChatsToken(APPID)));
        assertErrcode(40001, get(TICKET + token("both", APPID)));
        assertErrcode(41001, get("/relay/cgi-bin/ticket/getticket?type=jsapi"));
        assertErrcode(40097, get("/relay/cgi-bin/ticket/getticket?type=x&access_token=" + token("both", APPID)));
    }

    @Test
    void aUsersTokenStays() {
        for (String path : List.of("/relay/sns/userinfo", "/relay/" + APPID + "/sns/userinfo")) {
            Answer answer = get(path + "?access_token=of%2Dthe-user&openid=o&lang=zh_CN", Keys.bearer("shop"));
            assertErrcode(0, answer);
            assertThat(executed.only().getTarget())
                    .isEqualTo("/sns/userinfo?access_token=of%2Dthe-user&openid=o&lang=zh_CN");
            assertThat(executed.only().getHeaders().get("Authorization")).isNull();
            executed.forget();
        }
        assertErrcode(41001, get("/relay/sns/userinfo?access_token=of-the-user&openid=o"));
        assertErrcode(41001, get("/relay/sns/userinfo?openid=o&access_token=" + token("shop", APPID)));
        assertErrcode(40125, get("/relay/sns/userinfo?access_token=u&openid=o", Keys.bearer("nobody")));
        executed.assertNone();
    }

    @Test
    void theQuotaIsClearedWithTheAppSecret() {
        String path = "/relay/cgi-bin/clear_quota/v2?appid=" + APPID + "&appsecret=";
        assertErrcode(0, post(path + Keys.of("shop"), ""));
        assertThat(executed.only().getTarget())
                .isEqualTo("/cgi-bin/clear_quota/v2?appid=" + APPID + "&appsecret=" + SECRET);
        assertThat(executed.only().getHeaders().get("Content-Length")).isEqualTo("0");
        executed.forget();
        assertErrcode(40125, post(path + Keys.of("nobody"), ""));
        assertErrcode(40125, post(path + SECRET, ""));
        assertErrcode(41004, post(path, ""));
        assertErrcode(41004, post(path.replace("appsecret", "secret") + Keys.of("shop"), ""));
        assertErrcode(48001, post(path + Keys.of("both"), ""));
        assertErrcode(40001, post(path + Keys.of("shop"), "", Keys.bearer("both")));
        assertErrcode(40013, post(path.replace(APPID, OTHER_APPID) + Keys.of("shop"), ""));
        executed.assertNone();
    }

    @Test
    void loginsAtTheRootNeedTheKey() {
        for (String path : List.of("/sns/jscode2session", "/sns/oauth2/access_token")) {
            String fields = path + "?js_code=c&code=c&appid=" + APPID;
            assertErrcode(40125, get(fields + "&secret=" + Keys.of("nobody")));
            assertErrcode(40125, get(fields + "&secret=" + SECRET));
            assertErrcode(41004, get(fields + "&secret="));
            assertErrcode(41004, get(fields));
            assertErrcode(47001, get(fields + "&secret=" + Keys.of("shop") + "&secret=" + Keys.of("shop")));
            assertErrcode(47001, get(fields + "&secret=" + Keys.of("shop") + "%ff%25%c3%28&%73ecret=x"));
            executed.assertNone();
            assertErrcode(0, get(fields + "&secret=" + Keys.of("shop")));
            assertThat(executed.only().getTarget()).isEqualTo(fields + "&secret=" + SECRET);
            executed.forget();
        }
    }

    private static String weChatsToken(String appid) {
        return server.get("/token?appid=" + appid).json().path("access_token").asString();
    }

    private static String token(String caller, String appid) {
        return get("/relay/cgi-bin/token?grant_type=client_credential&appid=" + appid + "&secret=" + Keys.of(caller))
                .json()
                .path("access_token")
                .asString();
    }

    private static String stable(String key, String more) {
        return "{\"grant_type\":\"client_credential\",\"appid\":\"" + APPID + "\",\"secret\":\"" + key + "\"" + more
                + "}";
    }

    private static Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    private static Answer post(String path, String body, String... headers) {
        return send("POST", path, BodyPublishers.ofString(body), headers);
    }

    /** Sends a request, each from another network, so that no rejected one is throttled. */
    private static Answer send(String method, String path, BodyPublisher body, String... headers) {
        int network = NETWORKS.incrementAndGet();
        String address = "198." + network / 250 + "." + network % 250 + ".1";
        return server.send(
                method,
                path,
                body,
                Stream.concat(Stream.of(headers), Stream.of("X-Forwarded-For", address))
                        .toArray(String[]::new));
    }
}
