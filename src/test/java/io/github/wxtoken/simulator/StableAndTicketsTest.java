package io.github.wxtoken.simulator;

import static io.github.wxtoken.simulator.Caller.APPID;
import static io.github.wxtoken.simulator.Caller.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Caller.Received;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the stable API and the tickets of the simulated WeChat: its rules and its HTTP answers. */
class StableAndTicketsTest {

    private static final String IP = "203.0.113.7";
    private static final MediaType JSON = MediaType.get("application/json");

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Platform platform = simulator.platform();
    private final Account account = simulator.account(APPID, SECRET);
    private final Caller caller = new Caller(simulator.hosts().get(0));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void theSameTokenIsIssuedUntilItsLastFiveMinutes() {
        Reply.Granted first = stable(false);
        assertThat(first.expiresIn()).isEqualTo("7200");
        advance(6899);
        assertThat(stable(false)).isEqualTo(new Reply.Granted(first.accessToken(), "301"));
        advance(1);
        Reply.Granted second = stable(false);
        assertThat(second.accessToken()).isNotEqualTo(first.accessToken());
        assertThat(second.expiresIn()).isEqualTo("7200");
        advance(299);
        assertThat(platform.check(first.accessToken())).isEqualTo(Errcode.OK);
        advance(1);
        assertThat(platform.check(first.accessToken())).isEqualTo(Errcode.ACCESS_TOKEN_EXPIRED);
        assertThat(platform.check(second.accessToken())).isEqualTo(Errcode.OK);
    }

    @Test
    void aForcedCallReplacesItHalfAMinuteApart() {
        String first = stable(false).accessToken();
        String second = stable(true).accessToken();
        assertThat(second).isNotEqualTo(first);
        assertThat(platform.check(first)).isEqualTo(Errcode.OK);
        advance(29);
        assertThat(stable(true).accessToken()).isEqualTo(second);
        advance(1);
        String third = stable(true).accessToken();
        assertThat(third).isNotEqualTo(second);
        // WeChat's advice after a leak: force twice.
        assertThat(platform.check(first)).isEqualTo(Errcode.INVALID_CREDENTIAL);
        assertThat(platform.check(second)).isEqualTo(Errcode.OK);
        advance(300);
        assertThat(platform.check(second)).isEqualTo(Errcode.INVALID_CREDENTIAL);
        assertThat(account.forcedToday()).isEqualTo(2);
    }

    @Test
    void twentyForcedCallsADayAreAllowed() {
        for (int i = 0; i < 20; i++) {
            stable(true);
            advance(30);
        }
        assertThat(platform.stable(APPID, SECRET, true, IP)).isEqualTo(Reply.Refused.with(Errcode.DAILY_QUOTA_REACHED));
        assertThat(stable(false).accessToken()).isNotEmpty();
        advance(Duration.ofHours(14).toSeconds()); // the time was 10:00 in Beijing
        stable(true);
    }

    @Test
    void classicAndStableTokensDoNotDisturbEachOther() {
        String stable = stable(false).accessToken();
        String classic = caller.token().accessToken();
        account.mintOutOfBand();
        account.mintOutOfBand();
        assertThat(platform.check(stable)).isEqualTo(Errcode.OK);
        assertThat(platform.check(classic)).isEqualTo(Errcode.INVALID_CREDENTIAL);
        account.kill();
        assertThat(platform.check(stable)).isEqualTo(Errcode.OK);
        account.dailyQuota(0);
        assertThat(stable(false).accessToken()).isEqualTo(stable);
        assertThat(account.callsToday()).isEqualTo(3);
        assertThat(account.stableCallsToday()).isEqualTo(2);
    }

    @Test
    void aKilledStableTokenIsHandedOutAgain() {
        String token = stable(false).accessToken();
        account.killStable();
        assertThat(platform.check(token)).isEqualTo(Errcode.INVALID_CREDENTIAL);
        assertThat(stable(false).accessToken()).isEqualTo(token);
        assertThat(stable(true).accessToken()).isNotEqualTo(token);
    }

    @Test
    void theStableCallIsAPostOfJsonOfKnownLength() {
        String body = "{\"grant_type\":\"client_credential\",\"appid\":\"%s\",\"secret\":\"%s\"}";
        Received answer = post(RequestBody.create(body.formatted(APPID, SECRET), JSON));
        assertThat(answer.body()).matches("\\{\"access_token\":\"[^\"]+\",\"expires_in\":7200}");
        assertThat(post(RequestBody.create(body.formatted(APPID, "wrong"), JSON))
                        .errcode())
                .isEqualTo(40125);
        assertThat(post(RequestBody.create(body.formatted("wxnobody", SECRET), JSON))
                        .errcode())
                .isEqualTo(40013);
        assertThat(post(RequestBody.create(body.formatted("", SECRET), JSON)).errcode())
                .isEqualTo(41002);
        assertThat(post(RequestBody.create(body.formatted(APPID, ""), JSON)).errcode())
                .isEqualTo(41004);
        assertThat(post(RequestBody.create("{}", JSON)).errcode()).isEqualTo(40002);
        assertThat(post(RequestBody.create("{", JSON)).errcode()).isEqualTo(47001);
        assertThat(post(RequestBody.create("", JSON)).errcode()).isEqualTo(44002);
        assertThat(post(RequestBody.create("appid=" + APPID, MediaType.get("application/x-www-form-urlencoded")))
                        .errcode())
                .isEqualTo(41002);
        assertThat(caller.get("/cgi-bin/stable_token").errcode()).isEqualTo(43002);
        Received chunked = post(new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return JSON;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeUtf8(body.formatted(APPID, SECRET));
            }
        });
        assertThat(chunked.status()).isEqualTo(412);
        assertThat(chunked.body()).isEmpty();
        assertThat(simulator.journal().mints(APPID)).isEqualTo(1);
    }

    @Test
    void theSameTicketIsHandedOutForTwoHoursAndAcceptedForOneMore() {
        String token = caller.token().accessToken();
        Received answer = caller.get("/cgi-bin/ticket/getticket?type=jsapi&access_token=" + token);
        assertThat(answer.body())
                .matches("\\{\"errcode\":0,\"errmsg\":\"ok\",\"ticket\":\"[^\"]{86}\",\"expires_in\":7200}");
        String ticket = account.currentTicket("jsapi").orElseThrow();
        assertThat(caller.get("/cgi-bin/ticket/getticket?type=wx_card&access_token=" + token)
                        .body())
                .doesNotContain(ticket);
        Instant start = simulator.clock().instant();
        advance(7199);
        assertThat(ticket(token)).isEqualTo(ticket);
        advance(1);
        String fresh = caller.token().accessToken();
        assertThat(ticket(fresh)).isNotEqualTo(ticket);
        assertThat(accepted(ticket)).isTrue();
        advance(3600);
        assertThat(accepted(ticket)).isFalse();
        assertThat(Duration.between(start, simulator.clock().instant())).isEqualTo(Duration.ofHours(3));
    }

    @Test
    void aTicketNeedsALivingTokenAndAKnownType() {
        assertThat(caller.get("/cgi-bin/ticket/getticket?type=jsapi").errcode()).isEqualTo(41001);
        assertThat(caller.get("/cgi-bin/ticket/getticket?type=jsapi&access_token=2")
                        .errcode())
                .isEqualTo(40001);
        String token = caller.token().accessToken();
        assertThat(caller.get("/cgi-bin/ticket/getticket?type=x&access_token=" + token)
                        .errcode())
                .isEqualTo(40097);
        account.kill();
        assertThat(caller.get("/cgi-bin/ticket/getticket?type=jsapi&access_token=" + token)
                        .errcode())
                .isEqualTo(40001);
        assertThat(account.issuedTickets()).isZero();
    }

    private String ticket(String token) {
        return ((Reply.Granted) platform.ticket(token, "jsapi", IP)).accessToken();
    }

    private boolean accepted(String ticket) {
        String url = "https://a.cn/";
        String text = "jsapi_ticket=" + ticket + "&noncestr=n&timestamp=1&url=" + url;
        return account.acceptsSignature(url + "#top", "n", 1, PageSignature.sha1(text));
    }

    private Received post(RequestBody body) {
        return caller.post("/cgi-bin/stable_token", body);
    }

    private Reply.Granted stable(boolean forced) {
        return (Reply.Granted) platform.stable(APPID, SECRET, forced, IP);
    }

    private void advance(long seconds) {
        simulator.clock().advance(Duration.ofSeconds(seconds));
    }
}
