package io.github.wxtoken.api;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that wrong calls in WeChat's format are answered with WeChat's errcodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CgiBinInputTest {

    private static final AtomicInteger CALLS = new AtomicInteger();

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer server;

    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        server = RunningServer.start(
                wechat,
                Keys.arguments("shop", "accounts=account1")[0],
                Keys.arguments("shop", "accounts=account1")[1],
                // Lets each call come from another address, so that none is throttled.
                "--server.forward-headers-strategy=native");
    }

    @AfterAll
    void stop() {
        server.close();
        wechat.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /cgi-bin/token,                                                                40002",
        "GET,  /cgi-bin/token?grant_type=password,                                            40002",
        "GET,  /cgi-bin/token?grant_type=client_credential,                                   41002",
        "GET,  /cgi-bin/token?grant_type=client_credential&appid=,                            41002",
        "GET,  /cgi-bin/token?grant_type=client_credential&appid=wx0123456789abcdef,          41004",
        "GET,  /cgi-bin/token?grant_type=client_credential&appid=wx0123456789abcdef&secret=,  41004",
        "GET,  /cgi-bin/token?grant_type=client_credential&appid=wx0123456789abcdef&secret=x, 40125",
        "GET,  /cgi-bin/token?grant_type=client_credential&appid=wx0000000000000000&secret=x, 40125",
        "GET,  /cgi-bin/token?appid=%ff,                                                      47001",
        "PUT,  /cgi-bin/token,                                                                43001",
        "POST, /cgi-bin/token,                                                                40002",
        "GET,  /cgi-bin/stable_token,                                                         43002",
        "POST, /cgi-bin/stable_token,                                                         44002",
        "GET,  /cgi-bin/menu/get,                                                             40066",
        "POST, /cgi-bin/message/custom/send,                                                  40066",
    })
    void aWrongCallIsRefusedWithWeChatsCode(String method, String path, int errcode) {
        Answer answer = send(method, path, "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().propertyNames()).containsExactly("errcode", "errmsg");
        assertThat(answer.json().path("errcode").asInt()).isEqualTo(errcode);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "x; 47001",
                "[]; 47001",
                "{\"grant_type\":\"client_credential\"; 47001",
                "{}; 40002",
                "{\"grant_type\":7}; 40002",
                "{\"grant_type\":\"client_credential\"}; 41002",
                "{\"grant_type\":\"client_credential\",\"appid\":\"wx0123456789abcdef\"}; 41004",
            })
    void aWrongBodyIsRefusedWithWeChatsCode(String body, int errcode) {
        Answer answer = send("POST", "/cgi-bin/stable_token", body, "Content-Type", "application/json");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("errcode").asInt()).isEqualTo(errcode);
    }

    @Test
    void whatIsThereIsNotToldToStrangers() {
        assertThat(send("OPTIONS", "/cgi-bin/token", "").header("Allow"))
                .isEqualTo(send("OPTIONS", "/cgi-bin/unknown", "").header("Allow"));
    }

    @Test
    void aFormIsNoStableCall() {
        Answer answer = send(
                "POST",
                "/cgi-bin/stable_token",
                "grant_type=client_credential&appid=" + APPID + "&secret=" + Keys.of("shop"),
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(answer.json().path("errcode").asInt()).isIn(40002, 41002);
    }

    @Test
    void tooLargeABodyIsRefused() {
        Answer answer = send("POST", "/cgi-bin/stable_token", "x".repeat(9000), "Content-Type", "application/json");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("errcode").asInt()).isEqualTo(47001);
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
