package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests WeChat's own token calls against the server. */
final class CgiBinTest {

    private static final String OTHER_APPID = "wxfedcba9876543210";
    private static final String KEY = Keys.of("shop");
    private static final AtomicInteger CALLS = new AtomicInteger();

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final Account account = wechat.account(APPID, SECRET);
    private final Account other = wechat.account(OTHER_APPID, SECRET);
    private final RunningServer server = RunningServer.start(
            wechat,
            List.of(APPID, OTHER_APPID),
            Stream.of(
                            Keys.arguments("shop", "accounts=account1"),
                            // Lets each call come from another address, so that none is throttled.
                            new String[] {"--server.forward-headers-strategy=native"})
                    .flatMap(Stream::of)
                    .toArray(String[]::new));

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
    void aTokenIsGrantedInWeChatsShape() {
        for (Answer answer : List.of(classic(APPID, KEY), form(APPID, KEY), stable(APPID, KEY, ""))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().propertyNames()).containsExactly("access_token", "expires_in");
            assertThat(answer.json().path("access_token").asString()).isEqualTo(server.token());
            assertThat(answer.json().path("expires_in").asInt()).isBetween(6000, 7200);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        }
        assertThat(wechat.journal().mints(APPID)).isEqualTo(1);
    }

    @Test
    void anAccountThatIsNotTheCallersIsUnknown() {
        assertThat(classic(OTHER_APPID, KEY).toString())
                .isEqualTo(classic("wx0000000000000000", KEY).toString())
                .contains("40013");
        // An unauthenticated client cannot learn which accounts exist either.
        assertThat(classic(OTHER_APPID, "x").toString())
                .isEqualTo(classic("wx0000000000000000", "x").toString())
                .contains("40125");
        assertThat(classic(APPID, SECRET).json().path("errcode").asInt()).isEqualTo(40125);
    }

    @Test
    void anSdkThatAsksAgainGetsALivingToken() {
        String dead = server.token();
        wechat.clock().advance(Duration.ofSeconds(30));
        assertALivingTokenReplaces(dead);
    }

    @Test
    void anSdkThatAsksAgainWithinTheSecondGetsALivingToken() {
        wechat.clock().advance(Duration.ofSeconds(30));
        String dead = classic(APPID, KEY).json().path("access_token").asString();
        assertALivingTokenReplaces(dead);
    }

    @Test
    void thoseWhoAskAtOnceShareTheirProbes() {
        wechat.clock().advance(Duration.ofSeconds(30));
        int before = wechat.journal().probes(APPID);
        ExecutorService threads = Executors.newFixedThreadPool(20);
        List<CompletableFuture<Answer>> answers = IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> classic(APPID, KEY), threads))
                .toList();
        String token = server.token();
        assertThat(answers).allSatisfy(answer -> assertThat(
                        answer.join().json().path("access_token").asString())
                .isEqualTo(token));
        threads.shutdown();
        // All calls arrive within two seconds, and each second allows another probe.
        assertThat(wechat.journal().probes(APPID) - before).isBetween(1, 4);
    }

    @Test
    void aTokenIsServedWhenItCannotBeVerified() {
        String token = server.token();
        wechat.clock().advance(Duration.ofSeconds(30));
        wechat.faults().on(CallKind.PROBE).always(Fault.HTTP_502);
        assertThat(classic(APPID, KEY).json().path("access_token").asString()).isEqualTo(token);
        assertThat(wechat.journal().mints(APPID)).isEqualTo(1);
    }

    @Test
    void forceRefreshIsAReportAndNoOrder() {
        String token = server.token();
        for (int i = 0; i < 5; i++) {
            wechat.clock().advance(Duration.ofSeconds(30));
            assertThat(stable(APPID, KEY, ",\"force_refresh\":true")
                            .json()
                            .path("access_token")
                            .asString())
                    .isEqualTo(token);
        }
        assertThat(wechat.journal().mints(APPID)).isEqualTo(1);
        wechat.clock().advance(Duration.ofSeconds(30));
        account.kill();
        assertThat(stable(APPID, KEY, ",\"force_refresh\":true")
                        .json()
                        .path("access_token")
                        .asString())
                .isNotEqualTo(token);
        assertThat(wechat.journal().mints(APPID)).isEqualTo(2);
    }

    @Test
    void noTokenIsWeChatsSystemError() {
        other.kill();
        account.kill();
        wechat.faults().on(CallKind.TOKEN).always(Fault.SYSTEM_BUSY);
        wechat.clock().advance(Duration.ofSeconds(30));
        JsonNode error = classic(APPID, KEY).json();
        assertThat(error.path("errcode").asInt()).isEqualTo(-1);
        assertThat(error.path("errmsg").asString()).startsWith("system error");
    }

    /** A popular client asks again on every call if it receives a lifetime of 200 seconds or less. */
    @Test
    void aShortLifeIsNotAnsweredWhereALongerOneCanBeHad() {
        wechat.faults().on(CallKind.TOKEN).always(Fault.SYSTEM_BUSY);
        wechat.clock().advance(Duration.ofMinutes(118));
        server.getUntil("/token", answer -> wechat.journal().attempts(APPID) >= 2);
        assertThat(classic(APPID, KEY).json().path("expires_in").asInt()).isBetween(1, 200);
        wechat.faults().clear();
        wechat.clock().advance(Duration.ofSeconds(31));
        assertThat(classic(APPID, KEY).json().path("expires_in").asInt()).isGreaterThan(200);
    }

    private void assertALivingTokenReplaces(String dead) {
        account.kill();
        String replaced = classic(APPID, KEY).json().path("access_token").asString();
        assertThat(replaced).isNotEqualTo(dead);
        assertThat(wechat.wasAlive(replaced, wechat.clock().instant())).isTrue();
        assertThat(wechat.journal().mints(APPID)).isEqualTo(2);
    }

    private Answer classic(String appid, String secret) {
        return send("GET", "/cgi-bin/token?grant_type=client_credential&appid=" + appid + "&secret=" + secret, "");
    }

    private Answer form(String appid, String secret) {
        return send(
                "POST",
                "/cgi-bin/token",
                "grant_type=client_credential&appid=" + appid + "&secret=" + secret,
                "Content-Type",
                "application/x-www-form-urlencoded");
    }

    private Answer stable(String appid, String secret, String more) {
        return send(
                "POST",
                "/cgi-bin/stable_token",
                "{\"grant_type\":\"client_credential\",\"appid\":\"" + appid + "\",\"secret\":\"" + secret + "\"" + more
                        + "}",
                "Content-Type",
                "application/json");
    }

    private Answer send(String method, String path, String body, String... headers) {
        String address = "2001:db8:0:" + Integer.toHexString(CALLS.incrementAndGet()) + "::1";
        return server.send(
                method,
                path,
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body),
                Stream.concat(Stream.of("X-Forwarded-For", address), Stream.of(headers))
                        .toArray(String[]::new));
    }
}
