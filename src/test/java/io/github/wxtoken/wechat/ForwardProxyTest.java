package io.github.wxtoken.wechat;

import static io.github.wxtoken.wechat.TestClient.APPID;
import static io.github.wxtoken.wechat.TestClient.LONG;
import static io.github.wxtoken.wechat.TestClient.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Call;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Credentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/** Tests calls to WeChat's own host names through a forward proxy, and how its failures differ from WeChat's. */
final class ForwardProxyTest {

    private static final String API = "api.weixin.qq.com";
    private static final String API2 = "api2.weixin.qq.com";
    private static final List<URI> HOSTS = List.of(URI.create("https://" + API), URI.create("https://" + API2));
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String FORBIDDEN = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final TlsFront front = new TlsFront(API, API2);
    private final ConnectProxy proxy = new ConnectProxy(
            front,
            Map.of(
                    API + ":443",
                    simulator.hosts().get(0),
                    API2 + ":443",
                    simulator.hosts().get(1)));

    ForwardProxyTest() {
        simulator.account(APPID, SECRET);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        front.close();
        simulator.close();
    }

    @Test
    void aCallIsATunnelToTheHostByItsName() {
        try (TestClient client = client(proxy.address())) {
            client.fetch();
        }
        assertThat(proxy.requests())
                .singleElement()
                .asString()
                .startsWith("CONNECT api.weixin.qq.com:443 HTTP/1.1\r\n")
                .doesNotContain("Proxy-Authorization", APPID, SECRET);
        assertThat(hostsCalled()).containsExactly(0);
    }

    @Test
    void aProbeGoesThroughIt() {
        try (TestClient client = client(proxy.address())) {
            String token = client.fetch().value();

            assertThat(client.probe(token)).isEqualTo(Verdict.ALIVE);
            proxy.answers(FORBIDDEN);
            assertThat(client.probe(token)).isEqualTo(Verdict.INCONCLUSIVE);
        }
        assertThat(proxy.requests()).hasSize(4);
    }

    @Test
    void theNextHostIsTriedIfTheProxyCannotReachOne() {
        proxy.answers(API + ":443", "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n");
        try (TestClient client = client(proxy.address())) {
            client.fetch();
        }
        assertThat(hostsCalled()).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource({"ops, secret", "ops, p@ss:wörd/#%", "token, ''"})
    void logsInWithTheFirstRequest(String username, String password) {
        proxy.requires(Credentials.basic(username, password, StandardCharsets.UTF_8));
        try (TestClient client = client(new ProxyProperties(proxy.address(), username, password, List.of()), LONG)) {
            client.fetch();
        }
        assertThat(proxy.requests()).hasSize(1);
        assertThat(simulator.journal().calls()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"http://u%40x:p%3A%2F@, u@x, p:/", "HTTP://ops:a%20b@, ops, a b", "ops:secret@, ops, secret"})
    void takesALoginFromTheUrl(String url, String username, String password) {
        proxy.requires(Credentials.basic(username, password, StandardCharsets.UTF_8));
        try (TestClient client = client(url + proxy.address())) {
            client.fetch();
        }
        assertThat(proxy.requests()).hasSize(1);
    }

    /** A 407 inside the tunnel comes from WeChat's side, which must not get the password, nor a second request. */
    @ParameterizedTest
    @ValueSource(strings = {"Basic realm=x", "OkHttp-Preemptive"})
    void logsInAtNoneButTheProxy(String challenge) throws Exception {
        try (MockWebServer strange = new MockWebServer()) {
            strange.start(InetAddress.getLoopbackAddress(), 0);
            strange.enqueue(new MockResponse.Builder()
                    .code(407)
                    .addHeader("Proxy-Authenticate", challenge)
                    .build());
            URI target = URI.create("http://127.0.0.1:" + strange.getPort());
            try (ConnectProxy other = new ConnectProxy(front, Map.of(API + ":443", target));
                    TestClient client = client("ops:secret@" + other.address())) {
                TokenSourceException failure = client.failure();

                assertThat(failure.text()).contains("HTTP 407");
                assertThat(failure.hint()).isEqualTo(Hints.PROXY);
            }
            assertThat(strange.getRequestCount()).isEqualTo(1);
            assertThat(strange.takeRequest().getHeaders().names()).doesNotContain("Proxy-Authorization");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "403 Forbidden | refuses to connect to api.weixin.qq.com (HTTP 403) | proxy_refuses",
                "405 Method Not Allowed | refuses to connect to api.weixin.qq.com (HTTP 405) | proxy_refuses",
                "301 Moved | refuses to connect to api.weixin.qq.com (HTTP 301) | proxy_refuses",
                "500 Oops | cannot connect to api.weixin.qq.com (HTTP 500) | behind_proxy",
                "502 Bad Gateway | cannot connect to api.weixin.qq.com (HTTP 502) | behind_proxy",
                "503 Service Unavailable | cannot connect to api.weixin.qq.com (HTTP 503) | behind_proxy",
                "407 Login | requires a user name and a password (HTTP 407) | proxy_login",
            })
    void itsAnswerIsNotTakenForWeChats(String status, String problem, String hint) {
        proxy.answers("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nProxy-Authenticate: Basic\r\n\r\n");
        try (TestClient client = client(proxy.address())) {
            verify(client.failure(), problem, hint);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Basic realm=x | rejects the user name or password",
                "basic | rejects the user name or password",
                "OkHttp-Preemptive | requires another login than Basic",
                "Negotiate | requires another login than Basic",
                "NTLM | requires another login than Basic",
            })
    void aRejectedLoginIsNotRepeatedSoon(String challenge, String problem) {
        proxy.answers("HTTP/1.1 407 Login\r\nProxy-Authenticate: " + challenge + "\r\nContent-Length: 0\r\n\r\n");
        try (TestClient client = client("ops:canary@" + proxy.address())) {
            TokenSourceException failure = client.failure();

            assertThat(failure.advice()).isEqualTo(Advice.OPERATOR);
            verify(failure, problem + " (HTTP 407)", Hints.PROXY_LOGIN);
        }
        assertThat(proxy.requests()).as("one for each host").hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SSH-2.0-OpenSSH_9.2 canary; | did not answer with valid HTTP",
                "HTTP/1.1 canary;; | did not answer with valid HTTP",
                "canary | closed the connection without an answer",
                "HTTP/1.1 200 OK;Canary: x | closed the connection without an answer",
                "'' | closed the connection without an answer",
            })
    void garbageIsNotShown(String lines, String problem) {
        proxy.answers(lines.replace(";", "\r\n"));
        proxy.hangsUp();
        try (TestClient client = client(proxy.address())) {
            TokenSourceException failure = client.failure();

            verify(failure, problem, Hints.FORWARD_PROXY);
            assertThat(failure.text()).doesNotContainIgnoringCase("canary");
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "HTTP/1.1 2", "HTTP/1.1 403 Forbidden;Content-Length: 100;;"})
    void aSilentOneIsGivenUpInTime(String lines) {
        proxy.answers(lines.replace(";", "\r\n"));
        try (TestClient client = client(properties(proxy.address()), SHORT)) {
            verify(client.failure(), "did not connect to api.weixin.qq.com in time", Hints.FORWARD_PROXY);
        }
    }

    @Test
    void oneThatIsDownIsNamedOnce() throws IOException {
        proxy.close();
        try (TestClient client = client(proxy.address())) {
            TokenSourceException failure = client.failure();

            assertThat(failure.text())
                    .isEqualTo("connection to the proxy " + proxy.address() + " failed: Connection refused");
            assertThat(failure.hint()).isEqualTo(Hints.FORWARD_PROXY);
            assertThat(failure.advice()).isEqualTo(Advice.RETRY_SOON);
            assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
        }
    }

    @Test
    void aNameThatDoesNotResolveIsTheProxys() {
        try (TestClient client = client("proxy.invalid:3128")) {
            TokenSourceException failure = client.failure();

            assertThat(failure.text()).isEqualTo("the name of the proxy proxy.invalid:3128 does not resolve");
            assertThat(failure.hint()).isEqualTo(Hints.FORWARD_PROXY);
            assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
        }
    }

    @Test
    void anAuthorityThatIsNotTrustedIsNotTheProxysFault() {
        ForwardProxy selected = forwardProxy(properties(proxy.address()));
        try (TestClient client = TestClient.of(HOSTS, LONG, LONG, selected, WeChatTls.DEFAULT)) {
            TokenSourceException failure = client.failure();

            assertThat(failure.text())
                    .startsWith(
                            "TLS handshake with api.weixin.qq.com through the proxy " + proxy.address() + " failed: ");
            assertThat(failure.hint()).isEqualTo(Hints.CERTIFICATE);
            assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DROPPED", "RESET", "LOST_DROPPED"})
    void whatIsLostBehindItMayHaveBeenSent(Fault fault) {
        simulator.faults().always(fault);
        try (TestClient client = client(proxy.address())) {
            TokenSourceException failure = client.failure();

            assertThat(failure.text())
                    .isEqualTo("connection to api.weixin.qq.com through the proxy " + proxy.address()
                            + " closed before an answer");
            assertThat(failure.outcome()).isEqualTo(CallOutcome.UNKNOWN);
        }
        assertThat(hostsCalled()).containsExactly(0);
    }

    @Test
    void nothingIsSentWhenThePermissionEndsWhileItConnects() {
        AtomicInteger left = new AtomicInteger(1);
        try (TestClient client = client(proxy.address())) {
            TokenSourceException failure = client.failure(() -> left.getAndDecrement() > 0);

            assertThat(failure.text()).isEqualTo("not sent: no time left");
            assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
        }
        assertThat(simulator.journal().calls()).isEmpty();
    }

    /** Plain http hosts are on loopback; a proxy would see the AppSecret. */
    @Test
    void plainHttpHostsAreCalledDirectly() {
        ForwardProxy selected = forwardProxy(properties(proxy.address()));
        try (TestClient client = TestClient.of(simulator.hosts(), LONG, LONG, selected, WeChatTls.DEFAULT)) {
            client.fetch();
        }
        assertThat(proxy.requests()).isEmpty();
        assertThat(hostsCalled()).containsExactly(0);
    }

    @Test
    void anExcludedHostIsCalledDirectly() throws IOException {
        URI direct = front.listen(simulator.hosts().get(1));
        ProxyProperties properties =
                new ProxyProperties(proxy.address(), null, null, List.of("127.0.0.1:" + direct.getPort()));
        proxy.answers(FORBIDDEN);
        List<URI> hosts = List.of(HOSTS.get(0), direct);
        try (TestClient client = TestClient.of(hosts, LONG, LONG, forwardProxy(properties), tls())) {
            TokenSourceException failure = client.failure();

            assertThat(failure.text().split("; "))
                    .satisfiesExactly(
                            text -> assertThat(text)
                                    .isEqualTo("the proxy " + proxy.address() + " refuses to connect to " + API
                                            + " (HTTP 403)"),
                            text -> assertThat(text)
                                    .startsWith("TLS handshake with 127.0.0.1:" + direct.getPort() + " failed: "));
            assertThat(failure.hint()).as("two causes").isEqualTo(Hints.EGRESS);
        }
    }

    /** Checks a failure at the proxy, and that nothing was sent to WeChat. */
    private void verify(TokenSourceException failure, String problem, String hint) {
        assertThat(failure.text().split("; ", 2)[0]).isEqualTo("the proxy " + proxy.address() + " " + problem);
        assertThat(failure.hint()).isEqualTo(hint);
        assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
        assertThat(simulator.journal().calls()).isEmpty();
    }

    private List<Integer> hostsCalled() {
        return simulator.journal().calls().stream().map(Call::host).toList();
    }

    private TestClient client(String url) {
        return client(properties(url), LONG);
    }

    private TestClient client(ProxyProperties properties, Duration connectTimeout) {
        return TestClient.of(HOSTS, connectTimeout, LONG, forwardProxy(properties), tls());
    }

    private WeChatTls tls() {
        return WeChatTls.of(new SslProperties("company"), new DefaultSslBundleRegistry("company", front.trust()));
    }

    private static ProxyProperties properties(String url) {
        return new ProxyProperties(url, null, null, List.of());
    }

    private static ForwardProxy forwardProxy(ProxyProperties properties) {
        List<String> hosts = HOSTS.stream().map(URI::toString).toList();
        WeChatProperties wechat = new WeChatProperties(hosts, null, null, properties, new SslProperties(null));
        return ForwardProxy.of(wechat, Map.of(), Map.of());
    }
}
