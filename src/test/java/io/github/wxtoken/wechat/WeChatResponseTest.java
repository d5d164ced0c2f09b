package io.github.wxtoken.wechat;

import static io.github.wxtoken.wechat.TestClient.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the client with answers that the simulator does not send, and the exact requests that it sends. */
class WeChatResponseTest {

    private final MockWebServer server = new MockWebServer();
    private final TestClient client;

    WeChatResponseTest() throws IOException {
        server.start(InetAddress.getLoopbackAddress(), 0);
        client = TestClient.of(List.of(URI.create("http://127.0.0.1:" + server.getPort())));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void asksForATokenAsWeChatWantsIt() throws Exception {
        answer(200, "{\"access_token\":\"T\",\"expires_in\":7200}");

        client.fetch();

        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine())
                .isEqualTo("GET /cgi-bin/token?grant_type=client_credential&appid=wx0123456789abcdef&secret=" + SECRET
                        + " HTTP/1.1");
        assertThat(request.getHeaders().get("User-Agent")).isEqualTo("wxtoken");
        assertThat(request.getHeaders().get("Cookie")).isNull();
        assertThat(request.getHeaders().get("Transfer-Encoding")).isNull();
    }

    @Test
    void escapesATokenThatItProbes() throws Exception {
        answer(200, "{\"ip_list\":[]}");

        assertThat(client.probe("a&b=c +#%")).isEqualTo(Verdict.ALIVE);

        assertThat(server.takeRequest().getUrl().queryParameter("access_token")).isEqualTo("a&b=c +#%");
    }

    /**
     * By default OkHttp retries after a 408 and after a 503 with "Retry-After: 0", and it authenticates after a 401.
     */
    @ParameterizedTest
    @CsvSource({
        "301, REFUSED", "307, REFUSED", "401, REFUSED", "403, REFUSED", "408, REFUSED", "412, REFUSED", "421, REFUSED",
        "429, REFUSED", "500, UNKNOWN", "502, UNKNOWN", "503, UNKNOWN", "504, UNKNOWN", "200, UNKNOWN", "201, UNKNOWN",
    })
    void sendsOnceWhateverTheStatus(int status, CallOutcome outcome) {
        for (int i = 0; i < 3; i++) {
            server.enqueue(new MockResponse.Builder()
                    .code(status)
                    .addHeader("Retry-After", "0")
                    .addHeader("Location", "/elsewhere")
                    .addHeader("WWW-Authenticate", "Basic realm=\"proxy\"")
                    .addHeader("Set-Cookie", "session=1")
                    .build());
        }

        TokenSourceException failure = client.failure();

        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure.advice()).isEqualTo(Advice.RETRY_SOON);
        assertThat(failure.errcode()).isZero();
        assertThat(failure.text()).isEqualTo("answer was empty (HTTP " + status + ")");
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void usesAConnectionOfItsOwnForEachCall() throws Exception {
        answer(200, "{\"access_token\":\"T1\"}");
        answer(200, "{\"access_token\":\"T2\"}");

        client.fetch();
        client.fetch();

        assertThat(server.takeRequest().getConnectionIndex()).isZero();
        assertThat(server.takeRequest().getConnectionIndex()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            delimiter = '|',
            value = {
                "7200 | 7200",
                "\"7200\" | 7200",
                "7199.99 | 7199",
                "-0.5 | -1",
                "\"7200.5\" | 7200",
                "7.2e3 | 7200",
                "9223372036854775807 | 9223372036854775807",
                "1e300 | 9223372036854775807",
                "-1e999999999 | null",
                "\" 7200\" | null",
                "\"0x10\" | null",
                "\"NaN\" | null",
                "\"\" | null",
                "true | null",
                "[7200] | null",
                "{} | null",
            })
    void readsExpiresIn(String literal, Long expected) {
        answer(200, "{\"access_token\":\"T\",\"expires_in\":" + literal + "}");

        assertThat(client.fetch().expiresIn()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"T\",\"expires_in\":NaN}",
                "{\"access_token\":\"T\"} {\"access_token\":\"U\"}",
                "{\"access_token\":\"T\"",
                "{'access_token':'T'}",
                "{\"access_token\":null,\"expires_in\":7200}",
                "{\"access_token\":[\"T\"]}",
                "{\"errcode\":0,\"errmsg\":\"ok\"}",
                "{\"errcode\":99999999999,\"errmsg\":\"?\"}",
                "{\"errcode\":null}",
                "\"access_token\"",
                "   ",
            })
    void takesNothingElseForAnAnswer(String body) {
        answer(200, body);

        TokenSourceException failure = client.failure();

        assertThat(failure.outcome()).isEqualTo(CallOutcome.UNKNOWN);
        assertThat(failure.errcode()).isZero();
    }

    @Test
    void takesDeepNestingForAFailureToo() {
        answer(200, "{\"a\":" + "[".repeat(60_000));

        assertThat(client.failure().text()).startsWith("answer was not JSON");
    }

    /** The errcode counts, whatever the status: WeChat refused. */
    @Test
    void believesAnErrcodeWithAnyStatus() {
        answer(502, "{\"errcode\":\"40125\",\"errmsg\":\"invalid appsecret\"}");

        TokenSourceException failure = client.failure();

        assertThat(failure.errcode()).isEqualTo(40125);
        assertThat(failure.outcome()).isEqualTo(CallOutcome.REFUSED);
    }

    /** An answer with both a token and an errcode may have minted, but its token is not reliable. */
    @Test
    void doubtsATokenWithAnErrcode() {
        answer(200, "{\"errcode\":45009,\"errmsg\":\"quota\",\"access_token\":\"T\",\"expires_in\":7200}");

        TokenSourceException failure = client.failure();

        assertThat(failure.outcome()).isEqualTo(CallOutcome.UNKNOWN);
        assertThat(failure.advice()).isEqualTo(Advice.QUOTA);
        assertThat(failure.errcode()).isEqualTo(45009);
    }

    @Test
    void showsAnErrmsgInOneLineWithoutTheSecret() {
        String broken = SECRET.substring(0, 9) + "\\u0000" + SECRET.substring(9);
        answer(
                200,
                "{\"errcode\":40125,\"errmsg\":\"bad\\r\\n\\u202esecret=" + SECRET + " " + broken + " "
                        + SECRET.toUpperCase(Locale.ROOT) + "\"}");

        TokenSourceException failure = client.failure();

        assertThat(failure.text()).isEqualTo("badsecret=(hidden) (hidden) (hidden)");
        assertThat(failure)
                .hasMessage("40125 badsecret=(hidden) (hidden) (hidden)")
                .hasNoCause();
    }

    /** Truncation before masking could cut through a secret, which would then not be recognised. */
    @Test
    void cutsALongErrmsgAfterItHasHiddenTheSecret() {
        for (int before = 160; before < 200; before++) {
            answer(200, "{\"errcode\":1,\"errmsg\":\"" + "x".repeat(before) + SECRET + "y".repeat(500) + "\"}");

            String text = client.failure().text();

            assertThat(text).hasSizeLessThanOrEqualTo(200).doesNotContain(SECRET.substring(0, 4));
        }
    }

    @Test
    void takesATokenOfTheGreatestLength() {
        String longest = "!~".repeat(1024);
        answer(200, "{\"access_token\":\"" + longest + "\",\"expires_in\":7200}");

        assertThat(client.fetch().value()).isEqualTo(longest);
    }

    /** The answer says that WeChat minted, so the token before it has only its overlap left. */
    @ParameterizedTest
    @MethodSource
    void takesNoTokenOfAnotherForm(String literal, String flaw) {
        answer(200, "{\"access_token\":\"" + literal + "\",\"expires_in\":7200}");

        TokenSourceException failure = client.failure();

        assertThat(failure.outcome()).isEqualTo(CallOutcome.UNKNOWN);
        assertThat(failure.advice()).isEqualTo(Advice.RETRY_SOON);
        assertThat(failure.errcode()).isZero();
        assertThat(failure.text()).isEqualTo("answer had an unusable access_token: " + flaw);
        assertThat(failure.hint()).isEqualTo("token_form");
    }

    static Stream<Arguments> takesNoTokenOfAnotherForm() {
        String unfit = "it contains blanks, control characters or other than ASCII";
        return Stream.of(
                arguments("t".repeat(2049), "it has 2049 characters"),
                arguments("t".repeat(60_000), "it has 60000 characters"),
                arguments(" ", unfit),
                arguments("a b", unfit),
                arguments("T\\n", unfit),
                arguments("\\u001b[2J", unfit),
                arguments("\\u007f", unfit),
                arguments("\u4ee4\u724c", unfit),
                arguments("\\ud800", unfit));
    }

    /** The gateway in the way has seen the request and may repeat it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 150, 160, 165, 170, 10_000})
    void showsAContentTypeCutAndWithoutTheSecret(int before) {
        for (String secret : List.of(SECRET, SECRET.toUpperCase(Locale.ROOT))) {
            server.enqueue(new MockResponse.Builder()
                    .body("ok")
                    .setHeader("Content-Type", "text/" + "x".repeat(before) + secret + "y".repeat(10_000))
                    .build());

            TokenSourceException failure = client.failure();

            assertThat(failure.text())
                    .startsWith("answer was not JSON (HTTP 200, text/")
                    .hasSizeLessThanOrEqualTo(200)
                    .doesNotContainIgnoringCase(SECRET.substring(0, 4));
            assertThat(failure).hasMessage(failure.text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html\r\n2026-11-22 INFO wxtoken.audit : forged",
                "text/html\r\n 2026-11-22 INFO wxtoken.audit : forged",
                "text/ht\u001b[2Jml",
                "text/html; x=\u001b[2J",
                "\u001b[2J",
            })
    void showsAContentTypeInOneLine(String contentType) {
        server.enqueue(new MockResponse.Builder()
                .body("ok")
                .addHeaderLenient("Content-Type", contentType)
                .build());

        assertThat(client.failure().text())
                .startsWith("answer was not JSON")
                .doesNotContain("forged")
                .doesNotContainPattern("\\p{Cc}");
    }

    private void answer(int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }
}
