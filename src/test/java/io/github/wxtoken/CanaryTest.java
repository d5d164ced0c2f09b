package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import okhttp3.Credentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Plants an AppSecret and tokens and searches for them: they must appear only in the answers meant to hold them. */
@ExtendWith(OutputCaptureExtension.class)
class CanaryTest {

    private static final String PROXY_PASSWORD = "canary-of-the-proxy";

    private final List<String> canaries =
            new ArrayList<>(List.of(SECRET, PROXY_PASSWORD, Credentials.basic("ops", PROXY_PASSWORD)));
    private final List<String> said = new ArrayList<>();

    @Test
    void noSecretLeavesTheServer(CapturedOutput output) {
        try (WeChatSimulator wechat =
                WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer server = RunningServer.start(
                    // The test's own HTTP client would log its requests as well.
                    wechat,
                    "--logging.level.root=DEBUG",
                    "--logging.level.jdk.internal.httpclient=INFO",
                    "--logging.level.org.springframework.security=TRACE",
                    "--server.forward-headers-strategy=native",
                    "--wxtoken.accounts.account1.tickets=jsapi",
                    "--wxtoken.wechat.proxy.url=http://proxy.invalid:3128",
                    "--wxtoken.wechat.proxy.username=ops",
                    "--wxtoken.wechat.proxy.password=" + PROXY_PASSWORD,
                    Keys.arguments("shop")[0],
                    Keys.arguments("ops", "operator=true")[0],
                    Keys.arguments("ops", "operator=true")[1])) {
                server.callAs(Keys.bearer("ops"));
                canaries.addAll(List.of(Keys.of("ops"), Keys.of("shop"), Keys.of("nobody")));
                showKeys(server);
                speakAsSdksDo(server);
                liveThroughEverything(wechat, server);
                said.addAll(inside(server));
            }
        }
        assertThat(output.getAll()).as("the log is at DEBUG").contains("DEBUG");
        said.add(output.getAll());
        assertThat(canaries).hasSizeGreaterThan(4);
        for (String canary : canaries) {
            assertThat(said).noneMatch(text -> text.contains(canary));
        }
    }

    /** Sends keys in right and in wrong places. */
    private void showKeys(RunningServer server) {
        String basic = Base64.getEncoder().encodeToString(("shop:" + Keys.of("shop")).getBytes(StandardCharsets.UTF_8));
        canaries.add(basic);
        for (String authorization : List.of(
                "Bearer " + Keys.of("shop"),
                "Bearer " + Keys.of("nobody"),
                "Basic " + basic,
                "Basic " + Keys.of("shop"),
                Keys.of("shop"),
                "Digest " + Keys.of("shop") + "=\"")) {
            for (String path : List.of("/actuator/health", "/token/", "/actuator/prometheus", "/" + Keys.of("shop"))) {
                // Uses a new address each time, so that no call is throttled.
                String address = "192.0.2." + said.size();
                said.add(server.send(
                                "GET",
                                path,
                                BodyPublishers.noBody(),
                                "Authorization",
                                authorization,
                                "X-Forwarded-For",
                                address)
                        .toString());
            }
        }
        for (String query : List.of("?key=", "?access_token=", "?appid=", "?")) {
            said.add(server.get("/token" + query + Keys.of("shop")).toString());
        }
    }

    /** Makes WeChat's own calls, which have keys and tokens in URLs and bodies, and calls for tickets. */
    private void speakAsSdksDo(RunningServer server) {
        String ticket = server.getUntil("/ticket?type=jsapi", answer -> answer.status() == 200)
                .json()
                .path("ticket")
                .asString();
        canaries.add(ticket);
        String token = token(server);
        String fields = "grant_type=client_credential&appid=" + APPID + "&secret=";
        assertThat(server.get("/cgi-bin/token?" + fields + Keys.of("shop"))
                        .json()
                        .path("access_token")
                        .asString())
                .isEqualTo(token);
        said.add(server.get("/cgi-bin/token?" + fields + Keys.of("nobody")).toString());
        said.add(server.get("/cgi-bin/token?" + fields + SECRET).toString());
        said.add(
                server.get("/cgi-bin/token?" + fields + Keys.of("shop") + "%ff").toString());
        said.add(server.get("/cgi-bin/unknown?access_token=" + token).toString());
        for (String body : List.of(
                "{\"grant_type\":\"client_credential\",\"appid\":\"" + APPID + "\",\"secret\":\"" + Keys.of("shop")
                        + "\"}",
                "{\"grant_type\":\"client_credential\",\"secret\":\"" + Keys.of("shop") + "\"}",
                "\"" + Keys.of("shop") + "\"{")) {
            Answer answer = server.send(
                    "POST", "/cgi-bin/stable_token", BodyPublishers.ofString(body), "Content-Type", "application/json");
            if (answer.json().has("errcode")) {
                said.add(answer.toString());
            }
        }
        server.send(
                "POST",
                "/cgi-bin/token",
                BodyPublishers.ofString(fields + Keys.of("shop")),
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(server.get("/cgi-bin/ticket/getticket?type=jsapi&access_token=" + token)
                        .json()
                        .path("ticket")
                        .asString())
                .isEqualTo(ticket);
        said.add(server.get("/cgi-bin/ticket/getticket?type=x&access_token=" + token)
                .toString());
        said.add(server.get("/cgi-bin/ticket/getticket?type=jsapi&access_token=" + ticket)
                .toString());
        said.add(server.get("/jsapi/signature?url=https%3A%2F%2Fa.cn%2F").toString());
        said.add(server.get("/jsapi/signature?url=" + ticket).toString());
        server.send(
                "POST",
                "/ticket/refresh?type=jsapi",
                BodyPublishers.ofString("{\"ticket\":\"" + ticket + "\"}"),
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer " + Keys.of("ops"));
    }

    private void liveThroughEverything(WeChatSimulator wechat, RunningServer server) {
        String first = token(server);
        canaries.add("a-token-in-a-broken-body");
        said.add(server.report("a-token-in-a-broken-body\"}{").toString());
        said.add(server.report("a-token-in-a-broken-body\",\"x\":\"").toString());
        said.add(server.get("/token?access_token=" + first).toString());
        said.add(server.get("/token?appid=" + first).toString());
        said.add(server.get("/nowhere/" + first).toString());

        server.report(first);
        wechat.clock().advance(Duration.ofSeconds(10));
        wechat.account(APPID).kill();
        server.report(first);
        String second = token(server);
        assertThat(second).isNotEqualTo(first);

        for (Fault fault : List.of(Fault.SYSTEM_BUSY, Fault.LOST_HALF_BODY, Fault.LOST_NOT_JSON, Fault.REDIRECT)) {
            wechat.faults().clear();
            wechat.faults().always(fault);
            int calls = wechat.journal().calls().size();
            wechat.clock().advance(Duration.ofMinutes(115));
            wechat.journal().awaitCalls(calls + 1);
            said.add(server.get("/actuator/health").toString());
            wechat.clock().advance(Duration.ofMinutes(6));
            said.add(server.getUntil("/token", answer -> answer.status() == 503).toString());
            wechat.faults().clear();
            // Longer than the longest pause between two attempts.
            wechat.clock().advance(Duration.ofSeconds(31));
            server.getUntil("/token", answer -> answer.status() == 200);
            token(server);
        }
        wechat.faults().on(CallKind.TOKEN).always(Fault.WRONG_SECRET_IS_40001);
        wechat.account(APPID).resetSecret("another");
        wechat.clock().advance(Duration.ofHours(3));
        said.add(server.getUntil("/token", answer -> answer.status() == 503).toString());
        said.add(server.get("/actuator/health").toString());
    }

    /**
     * Returns what introspection shows: token statuses, the string forms of all beans and the names of all threads.
     */
    private static List<String> inside(RunningServer server) {
        List<String> said = new ArrayList<>();
        TokenKeeper keeper = server.bean(TokenKeeper.class);
        keeper.keys().forEach(key -> said.add(keeper.status(key).toString()));
        server.beans().forEach(bean -> said.add(bean.toString()));
        Set<Thread> threads = Thread.getAllStackTraces().keySet();
        assertThat(threads).anyMatch(thread -> thread.getName().startsWith("wechat-"));
        threads.forEach(thread -> said.add(thread.getName()));
        return said;
    }

    private String token(RunningServer server) {
        Answer answer = server.getUntil("/token", got -> got.status() == 200);
        String token = answer.json().path("access_token").asString();
        canaries.add(token);
        return token;
    }
}
