package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.api.Wire;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Searches the log and all answers of the server's own for the credentials and contents of relayed calls. */
@ExtendWith(OutputCaptureExtension.class)
final class RelayCanaryTest {

    private static final String SEND = "/relay/cgi-bin/message/template/send";
    private static final String QUERY = "canary-in-a-query";
    private static final String BODY = "canary-in-a-body";
    private static final String HEADER = "canary-in-a-header";
    private static final String PATH = "canary-in-a-path";
    private static final String ANSWERED = "canary-in-an-answer";

    private final List<String> canaries = new ArrayList<>(
            List.of(SECRET, Keys.of("shop"), Keys.of("ops"), Keys.of("nobody"), QUERY, BODY, HEADER, PATH, ANSWERED));
    private final List<String> said = new ArrayList<>();

    @Test
    void noCredentialAndNoContentLeavesTheServer(CapturedOutput output) {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer server = RunningServer.start(
                    wechat,
                    Stream.of(
                                    Keys.arguments("shop", "relay=/cgi-bin/message/**,/cgi-bin/clear_quota/v2,/sns/**"),
                                    Keys.arguments("ops", "operator=true"),
                                    new String[] {
                                        "--logging.level.root=DEBUG",
                                        // The test's own HTTP client would log its requests as well.
                                        "--logging.level.jdk.internal.httpclient=INFO",
                                        "--logging.level.org.springframework.security=TRACE",
                                        "--wxtoken.relay.max-body=100KB",
                                        "--wxtoken.relay.call-timeout=1s",
                                        "--server.tomcat.connection-timeout=1s"
                                    })
                            .flatMap(Stream::of)
                            .toArray(String[]::new))) {
                server.callAs(Keys.bearer("ops"));
                canaries.add(server.getUntil("/token", answer -> answer.status() == 200)
                        .json()
                        .path("access_token")
                        .asString());
                String relayToken = relayToken(server);
                canaries.add(relayToken);
                canaries.add(relayToken.substring(relayToken.lastIndexOf('.') + 1));
                callWell(wechat, server, relayToken);
                callWithWrongCredentials(wechat, server, relayToken);
                callMalformed(server, relayToken);
                wechat.clock().advance(Duration.ofSeconds(61));
                callInVain(wechat, server, relayToken);
                look(server);
            }
        }
        assertThat(output.getAll()).as("the log is at DEBUG").contains("DEBUG");
        said.add(output.getAll());
        assertThat(said).hasSizeGreaterThan(60);
        for (String canary : canaries) {
            assertThat(said.stream().flatMap(String::lines).filter(line -> line.contains(canary)))
                    .isEmpty();
        }
    }

    private void callWell(WeChatSimulator wechat, RunningServer server, String relayToken) {
        assertThat(errcode(post(server, SEND + "?q=" + QUERY + "&access_token=" + relayToken, BODY)))
                .isZero();
        assertThat(errcode(post(server, SEND + "?q=" + QUERY, BODY, Keys.bearer("shop"))))
                .isZero();
        assertThat(errcode(get(
                        server,
                        "/sns/jscode2session?appid=" + APPID + "&js_code=" + QUERY + "&secret=" + Keys.of("shop"))))
                .isZero();
        assertThat(errcode(post(
                        server, "/relay/cgi-bin/clear_quota/v2?appid=" + APPID + "&appsecret=" + Keys.of("shop"), "")))
                .isZero();
        wechat.clock().advance(Duration.ofSeconds(30));
        wechat.account(APPID).kill();
        assertThat(post(server, SEND + "?q=" + QUERY + "&access_token=" + relayToken, BODY)
                        .header("X-Wxtoken-Healed"))
                .isEqualTo("1");
        canaries.add(server.token());
    }

    private void callWithWrongCredentials(WeChatSimulator wechat, RunningServer server, String relayToken) {
        int executed = wechat.business().executed().size();
        said(post(server, SEND + "?q=" + QUERY, BODY, Keys.bearer("nobody")));
        said(post(server, SEND + "?q=" + QUERY, BODY, "Authorization", Keys.of("shop")));
        said(post(server, SEND + "?access_token=" + server.token(), BODY));
        said(post(server, SEND + "?access_token=" + relayToken + "x", BODY));
        said(post(server, SEND + "?access_token=" + relayToken + "&access_token=" + QUERY, BODY));
        said(post(server, SEND + "?access_token=" + relayToken, BODY, Keys.bearer("ops")));
        said(post(server, SEND + "?access_token=" + Keys.of("shop"), BODY));
        said(post(server, SEND + "?q=" + QUERY, BODY));
        said(get(server, "/sns/jscode2session?appid=" + APPID + "&js_code=" + QUERY + "&secret=" + Keys.of("nobody")));
        said(get(server, "/sns/jscode2session?appid=" + APPID + "&js_code=" + QUERY + "&secret=" + SECRET));
        said(get(server, "/sns/jscode2session?secret=" + Keys.of("shop") + "&appid=" + QUERY));
        said(post(server, "/relay/cgi-bin/menu/" + PATH + "?access_token=" + relayToken, BODY));
        said(post(server, "/relay/wx00000000deadbeef/cgi-bin/" + PATH + "?access_token=" + relayToken, BODY));
        said(get(server, "/relay/cgi-bin/token?appid=" + APPID + "&secret=" + Keys.of("nobody")));
        said(get(server, "/relay/cgi-bin/ticket/getticket?type=" + QUERY + "&access_token=" + relayToken));
        said(get(server, "/relay/cgi-bin/ticket/getticket?type=jsapi&access_token=" + relayToken + "x"));
        assertThat(wechat.business().executed()).hasSize(executed);
    }

    private void callMalformed(RunningServer server, String relayToken) {
        said(post(server, "/relay/cgi-bin/%2e%2e/" + PATH + "?access_token=" + relayToken, BODY));
        said(post(server, "/relay/cgi-bin/" + PATH + ";" + PATH + "?access_token=" + relayToken, BODY));
        said(post(server, "/relay//" + PATH + "?access_token=" + relayToken, BODY));
        said(post(server, SEND + "?access_token=" + relayToken, BODY.repeat(20_000)));
        said(server.send("PUT", SEND + "?access_token=" + relayToken, BodyPublishers.ofString(BODY), "X-Mine", HEADER));
        String host = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
        String key = "Authorization: Bearer " + Keys.of("shop") + "\r\n";
        for (String request : List.of(
                "POST " + SEND + "?q=%zz" + QUERY + "&access_token=" + relayToken + host + "\r\n",
                "POST " + SEND + "?q=" + QUERY + "&access_token=" + relayToken + "%zz" + host + "\r\n",
                "POST " + SEND + "?q=\"" + QUERY + "<&access_token=" + relayToken + host + "\r\n",
                "POST " + SEND + "?q= " + QUERY + "&access_token=" + relayToken + host + "\r\n",
                "POST /relay/../" + PATH + "?access_token=" + relayToken + host + "\r\n",
                "POST /relay/\\" + PATH + "?access_token=" + relayToken + host + "\r\n",
                "POST " + SEND + host + key + "X-Mine: " + HEADER + "\u00e9\r\nContent-Length: 0\r\n\r\n",
                "POST " + SEND + host + key + "X-Mine: " + HEADER + "\u0001\r\nContent-Length: 0\r\n\r\n",
                "POST " + SEND + host + key + "X-(Mine): " + HEADER + "\r\nContent-Length: 0\r\n\r\n",
                "POST " + SEND + host + key + "Content-Length: 3" + HEADER + "\r\n\r\n" + BODY,
                "POST " + SEND + host + key + "Content-Length: 40\r\n\r\n" + BODY,
                "POST " + SEND + host + key + "Transfer-Encoding: chunked\r\n\r\nzz" + BODY,
                "GET " + SEND + host + key + "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY)) {
            try (Wire wire = new Wire(server.url().getPort())) {
                said.add(wire.send(request).receive());
            }
        }
    }

    private void callInVain(WeChatSimulator wechat, RunningServer server, String relayToken) {
        String path = SEND + "?q=" + QUERY + "&access_token=" + relayToken;
        List<Function<RecordedRequest, MockResponse.Builder>> broken = List.of(
                request -> new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()),
                request -> new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE),
                request -> new MockResponse.Builder().status(ANSWERED + request.getTarget()),
                request -> new MockResponse.Builder().status("HTTP/1.1 200" + ANSWERED + request.getTarget()),
                request -> new MockResponse.Builder().body("{}").setHeader("Content-Length", ANSWERED),
                request -> new MockResponse.Builder().body("{").setHeader("Content-Length", "7"),
                request -> new MockResponse.Builder()
                        .body("{\"errcode\":40001,\"errmsg\":\"" + ANSWERED)
                        .setHeader("Content-Length", "1000"),
                request -> new MockResponse.Builder().body("{}").setHeader("Transfer-Encoding", "chunked"));
        for (Function<RecordedRequest, MockResponse.Builder> answer : broken) {
            wechat.business().answer(request -> answer.apply(request).build());
            Answer answered = post(server, path, BODY);
            assertThat(answered.status()).as(answered.toString()).isIn(502, 504);
            said(answered);
        }
        wechat.business().answer(request -> BusinessCalls.json("{\"errcode\":0}"));
        for (Fault fault : List.of(Fault.LOST_HALF_BODY, Fault.LOST_NOT_JSON, Fault.FLAPPING, Fault.HTTP_502)) {
            wechat.faults().on(CallKind.BUSINESS).next(fault, 2);
            post(server, path, BODY);
        }
        wechat.faults().clear();
        wechat.host(0).down();
        wechat.host(1).down();
        said(post(server, path, BODY));
        said(get(server, "/sns/jscode2session?appid=" + APPID + "&js_code=" + QUERY + "&secret=" + Keys.of("shop")));
        said(post(server, "/relay/cgi-bin/clear_quota/v2?appid=" + APPID + "&appsecret=" + Keys.of("shop"), ""));
        wechat.host(0).up();
        wechat.host(1).up();
    }

    /** Asks for all that the server shows, also to operators, and for the names of its threads. */
    private void look(RunningServer server) {
        for (String path : List.of("/actuator/prometheus", "/actuator/health", "/actuator/tokens", "/actuator/info")) {
            said(server.get(path));
        }
        assertThat(said).anyMatch(text -> text.contains("wxtoken_relay_calls_seconds_count"));
        server.beans().forEach(bean -> said.add(bean.toString()));
        Thread.getAllStackTraces().keySet().forEach(thread -> said.add(thread.getName()));
    }

    private void said(Answer answer) {
        said.add(answer.response().headers().map() + " " + answer);
    }

    private static int errcode(Answer answer) {
        return answer.json().path("errcode").asInt(-99);
    }

    private static String relayToken(RunningServer server) {
        return get(
                        server,
                        "/relay/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret="
                                + Keys.of("shop"))
                .json()
                .path("access_token")
                .asString();
    }

    private static Answer get(RunningServer server, String path) {
        return server.send("GET", path, BodyPublishers.noBody(), "X-Mine", HEADER);
    }

    private static Answer post(RunningServer server, String path, String body, String... headers) {
        return server.send(
                "POST",
                path,
                BodyPublishers.ofString(body),
                Stream.concat(Stream.of(headers), Stream.of("X-Mine", HEADER)).toArray(String[]::new));
    }
}
