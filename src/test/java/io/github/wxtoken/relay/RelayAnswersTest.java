package io.github.wxtoken.relay;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what the relay makes of WeChat's answers: which it repeats, and which it passes on as they are. */
final class RelayAnswersTest {

    private static final String REFUSAL = "{\"errcode\":42001,\"errmsg\":\"access_token expired rid: 1\"}";

    private static WeChatSimulator wechat;
    private static RunningServer server;

    private final AtomicInteger calls = new AtomicInteger();

    @BeforeAll
    static void start() {
        wechat = WeChatSimulator.start();
        wechat.account(APPID, SECRET);
        String[] caller = Keys.arguments("shop", "relay=/**");
        server = RunningServer.start(wechat, caller[0], caller[1], "--wxtoken.relay.call-timeout=2s");
        server.callAs(Keys.bearer("shop"));
        server.getUntil("/token", answer -> answer.status() == 200);
    }

    @AfterAll
    static void close() {
        server.close();
        wechat.close();
    }

    @BeforeEach
    void timePasses() {
        // Each test may have its token probed.
        wechat.clock().advance(Duration.ofSeconds(5));
    }

    @Test
    void aRefusedTokenIsHealedWhateverTheContentTypeIs() throws Exception {
        answer(request -> first()
                ? new MockResponse.Builder()
                        .body(REFUSAL)
                        .setHeader("Content-Type", "text/plain")
                        .build()
                : BusinessCalls.json("{\"errcode\":0}"));
        HttpResponse<byte[]> answer = call();
        assertThat(text(answer)).isEqualTo("{\"errcode\":0}");
        assertThat(answer.headers().firstValue("X-Wxtoken-Healed")).contains("1");
        assertThat(calls).hasValue(2);
    }

    @Test
    void aZippedRefusalIsHealed() throws Exception {
        answer(request -> first() ? zipped(REFUSAL) : zipped("{\"errcode\":0}"));
        HttpResponse<byte[]> answer = call();
        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(answer.body()).isEqualTo(zip("{\"errcode\":0}"));
        assertThat(calls).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"errcode\":40001,\"errmsg\":\"x\"",
                "[{\"errcode\":40001}]",
                "{\"errcode\":\"40001\"}",
                "{\"data\":{\"errcode\":40001}}",
                "{\"errcode\":45009}",
                "{\"errcode\":40001.5}",
                "errcode 40001",
                ""
            })
    void anythingElseIsNoRefusal(String body) throws Exception {
        answer(request -> new MockResponse.Builder().body(body).build());
        assertThat(text(call())).isEqualTo(body);
        assertThat(calls).hasValue(1);
    }

    @Test
    void aLargeAnswerIsNoRefusal() throws Exception {
        String large = "{\"errcode\":40001,\"list\":\"" + "x".repeat(300_000) + "\"}";
        answer(request -> BusinessCalls.json(large));
        assertThat(text(call())).isEqualTo(large);
        assertThat(calls).hasValue(1);
    }

    @Test
    void anImageIsPassedByteForByte() throws Exception {
        Buffer image = new Buffer().writeUtf8("{\"errcode\":40001,").write(new byte[] {0, -1, -40, -1, 10, 13});
        answer(request -> new MockResponse.Builder()
                .body(image.clone())
                .setHeader("Content-Type", "image/jpeg")
                .setHeader("Content-Disposition", "attachment; filename=\"a.jpg\"")
                .setHeader("Set-Cookie", "a=b")
                .build());
        HttpResponse<byte[]> answer = call();
        assertThat(answer.body()).isEqualTo(image.readByteArray());
        assertThat(answer.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(answer.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"a.jpg\"");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 412, 500, 502})
    void aStatusIsPassedOn(int status) throws Exception {
        answer(request -> new MockResponse.Builder()
                .code(status)
                .body("<html>")
                .setHeader("Content-Type", "text/html")
                .setHeader("Location", "https://mp.weixin.qq.com/")
                .build());
        HttpResponse<byte[]> answer = call();
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(text(answer)).isEqualTo("<html>");
        assertThat(calls).hasValue(1);
    }

    /** OkHttp would repeat a call by itself after 0, and fail at a number that is no int. */
    @ParameterizedTest
    @CsvSource({"503, 30", "503, 0", "429, 0", "503, 99999999999", "503, 'Wed, 21 Oct 2015 07:28:00 GMT'"})
    void theTimeToRetryAfterIsPassedOn(int status, String after) throws Exception {
        answer(request -> new MockResponse.Builder()
                .code(status)
                .setHeader("Retry-After", after)
                .build());
        for (String method : List.of("GET", "POST")) {
            HttpResponse<byte[]> answer = call(method, HttpClient.newHttpClient(), server);
            assertThat(answer.statusCode()).isEqualTo(status);
            String passed =
                    status == 503 ? Map.of("0", "1", "99999999999", "999999999").getOrDefault(after, after) : after;
            assertThat(answer.headers().firstValue("Retry-After")).contains(passed);
        }
        assertThat(calls).hasValue(2);
    }

    /** What downloads of videos and pictures need. */
    @Test
    void headersOfTheContentArePassedOn() throws Exception {
        List<String> headers = List.of(
                "Accept-Ranges", "bytes",
                "Content-Disposition", "attachment; filename=\"a.mp4\"",
                "Content-Encoding", "br",
                "Content-Language", "zh-CN",
                "Content-Range", "bytes 0-2/10",
                "Content-Type", "video/mp4",
                "ETag", "\"1\"",
                "Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT",
                "Location", "https://mp.weixin.qq.com/",
                "Logicret", "0");
        answer(request -> {
            MockResponse.Builder answer = new MockResponse.Builder()
                    .code(206)
                    .body("abc")
                    .setHeader("Cache-Control", "max-age=60")
                    .setHeader("X-Content-Type-Options", "nosniff");
            for (int i = 0; i < headers.size(); i += 2) {
                answer.setHeader(headers.get(i), headers.get(i + 1));
            }
            return answer.build();
        });
        HttpResponse<byte[]> answer = call();
        assertThat(answer.statusCode()).isEqualTo(206);
        for (int i = 0; i < headers.size(); i += 2) {
            assertThat(answer.headers().allValues(headers.get(i))).containsExactly(headers.get(i + 1));
        }
        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(answer.headers().allValues("Date")).hasSize(1);
    }

    @Test
    void aChunkedAnswerIsPassedOn() throws Exception {
        answer(request -> new MockResponse.Builder()
                .chunkedBody("x".repeat(100_000), 7_000)
                .build());
        assertThat(text(call())).isEqualTo("x".repeat(100_000));
    }

    @Test
    void silenceIsAGatewayTimeoutAndNothingIsRepeated() throws Exception {
        answer(request -> new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        HttpResponse<byte[]> answer = call();
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(text(answer)).contains("did not answer in time").doesNotContain("errcode");
        assertThat(calls).hasValue(1);
    }

    /** It is no sign of a fault of the host, which other callers would then leave. */
    @Test
    void aSlowCallDoesNotChangeTheHost() throws Exception {
        List<Integer> ports = new CopyOnWriteArrayList<>();
        answer(request -> {
            ports.add(request.getUrl().port());
            MockResponse.Builder answer = BusinessCalls.json("{\"errcode\":0}").newBuilder();
            return ports.size() == 1
                    ? answer.onResponseStart(SocketEffect.Stall.INSTANCE).build()
                    : answer.build();
        });
        assertThat(call().statusCode()).isEqualTo(504);
        assertThat(call().statusCode()).isEqualTo(200);
        assertThat(ports).hasSize(2);
        assertThat(ports.get(1)).isEqualTo(ports.get(0));
    }

    @Test
    void aTrickleEndsWithTheTimeOfTheCall() throws Exception {
        answer(request -> new MockResponse.Builder()
                .body("{\"errcode\":0,\"errmsg\":\"ok\"}")
                .throttleBody(1, 1, TimeUnit.SECONDS)
                .build());
        assertThat(call().statusCode()).isEqualTo(504);
        assertThat(calls).hasValue(1);
    }

    @Test
    void aBrokenConnectionIsABadGatewayAndNothingIsRepeated() throws Exception {
        answer(request -> new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build());
        HttpResponse<byte[]> answer = call();
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(text(answer)).contains("closed before an answer").doesNotContain("errcode");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aConnectionThatBreaksDuringALargeUploadIsABadGateway() throws Exception {
        answer(request -> new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build());
        Answer answer = server.send(
                "POST",
                "/relay/cgi-bin/media/upload",
                BodyPublishers.ofByteArray(new byte[3 << 20]),
                Keys.bearer("shop"));
        assertThat(answer.status()).isEqualTo(502);
        assertThat(calls).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerThatBreaksOffIsNotTakenForWholeOverHttp2(boolean chunked) throws Exception {
        String[] caller = Keys.arguments("shop", "relay=/**");
        try (RunningServer own = RunningServer.start(wechat, caller[0], caller[1], "--server.http2.enabled=true")) {
            own.callAs(Keys.bearer("shop"));
            own.getUntil("/token", answer -> answer.status() == 200);
            HttpClient client = HttpClient.newBuilder().version(Version.HTTP_2).build();
            answer(request -> BusinessCalls.json("{\"errcode\":0}"));
            assertThat(call("GET", client, own).version()).isEqualTo(Version.HTTP_2);
            answer(request -> broken(100_000, chunked));
            assertThatThrownBy(() -> call("GET", client, own)).isInstanceOf(IOException.class);
            answer(request -> BusinessCalls.json("{\"errcode\":0}"));
            assertThat(call("GET", client, own).version()).isEqualTo(Version.HTTP_2);
            answer(request -> broken(3_000, chunked));
            assertThat(call("GET", client, own).statusCode()).isEqualTo(502);
        }
    }

    private static MockResponse broken(int length, boolean chunked) {
        MockResponse.Builder answer = new MockResponse.Builder().onResponseBody(new SocketEffect.CloseSocket());
        String body = "x".repeat(length);
        return (chunked ? answer.chunkedBody(body, length) : answer.body(body)).build();
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForWhole() {
        answer(request -> new MockResponse.Builder()
                .body("x".repeat(100_000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        assertThatThrownBy(this::call).isInstanceOf(IOException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void aChunkedAnswerThatBreaksOffIsNotTakenForWhole() {
        answer(request -> new MockResponse.Builder()
                .chunkedBody("x".repeat(100_000), 10_000)
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        assertThatThrownBy(this::call).isInstanceOf(IOException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void aConnectionThatWeChatClosesIsNotUsedAgain() throws Exception {
        answer(request -> new MockResponse.Builder()
                .body("{\"errcode\":0}")
                .setHeader("Connection", "close")
                .onResponseEnd(new SocketEffect.CloseSocket())
                .build());
        for (int i = 0; i < 10; i++) {
            assertThat(call().statusCode()).isEqualTo(200);
        }
        assertThat(calls).hasValue(10);
    }

    /** Unannounced, while the connection is idle in the pool. */
    @Test
    void aConnectionThatWeChatClosedWhileIdleIsNotUsed() throws Exception {
        List<Socket> accepted = new CopyOnWriteArrayList<>();
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread host = new Thread(() -> serve(listening, accepted));
            host.setDaemon(true);
            host.start();
            String[] caller = Keys.arguments("shop", "relay=/**");
            try (RunningServer own = RunningServer.start(
                    wechat,
                    caller[0],
                    caller[1],
                    "--wxtoken.wechat.hosts=http://127.0.0.1:" + listening.getLocalPort() + ","
                            + wechat.hosts().get(0))) {
                own.callAs(Keys.bearer("shop"));
                own.getUntil("/token", answer -> answer.status() == 200);
                for (int i = 0; i < 5; i++) {
                    assertThat(call(own).statusCode()).isEqualTo(200);
                    // The next call may take the connection only when it is certainly closed.
                    for (Socket socket : accepted) {
                        socket.close();
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(150));
                }
            }
        }
    }

    /** Answers each request of each connection with success, as long as the connection lives. */
    private static void serve(ServerSocket listening, List<Socket> accepted) {
        while (true) {
            try {
                Socket socket = listening.accept();
                accepted.add(socket);
                Thread connection = new Thread(() -> answerAll(socket));
                connection.setDaemon(true);
                connection.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answerAll(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            StringBuilder request = new StringBuilder();
            for (int c = in.read(); c >= 0; c = in.read()) {
                request.append((char) c);
                if (request.toString().endsWith("\r\n\r\n")) {
                    int body = request.indexOf("Content-Length: 2") > 0 ? 2 : 0;
                    in.readNBytes(body);
                    String json = request.indexOf("/cgi-bin/token") > 0
                            ? "{\"access_token\":\"T\",\"expires_in\":7200}"
                            : "{\"errcode\":0}";
                    socket.getOutputStream()
                            .write(("HTTP/1.1 200\r\nContent-Length: " + json.length() + "\r\n\r\n" + json)
                                    .getBytes(StandardCharsets.UTF_8));
                    request.setLength(0);
                }
            }
        } catch (IOException e) {
            // The test has closed it.
        }
    }

    @Test
    void neitherTokenNorAppSecretComesBack() throws Exception {
        answer(request -> new MockResponse.Builder()
                .code(302)
                .setHeader("Location", "https://x.qq.com" + request.getTarget())
                .build());
        HttpResponse<byte[]> answer = call();
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
        Answer login = server.send(
                "GET",
                "/sns/jscode2session?appid=" + APPID + "&secret=" + Keys.of("shop") + "&js_code=c",
                BodyPublishers.noBody());
        assertThat(login.status()).isEqualTo(302);
        assertThat(login.header("Location")).isEmpty();

        answer(request -> BusinessCalls.json("{\"request_url\":\"" + request.getTarget() + "\"}"));
        assertThat(call().statusCode()).isEqualTo(502);
        assertThat(text(call())).contains("not passed on").doesNotContain(server.token());
    }

    @Test
    void unusualHeadersDoNotHideTheAnswer() throws Exception {
        answer(request -> BusinessCalls.json("{\"errcode\":0}")
                .newBuilder()
                .setHeader("X-Large", "x".repeat(3000))
                .addHeaderLenient("Content-Disposition", "attachment; filename=\"门店.jpg\"")
                .build());
        HttpResponse<byte[]> answer = call();
        assertThat(text(answer)).isEqualTo("{\"errcode\":0}");
        assertThat(answer.headers().firstValue("X-Large")).isEmpty();
        assertThat(new String(
                        answer.headers()
                                .firstValue("Content-Disposition")
                                .orElse("")
                                .getBytes(StandardCharsets.ISO_8859_1),
                        StandardCharsets.UTF_8))
                .contains("门店.jpg");
        assertThat(calls).hasValue(1);
    }

    @Test
    void manyOtherHeadersDoNotHideHowToReadTheAnswer() throws Exception {
        answer(request -> {
            MockResponse.Builder answer = BusinessCalls.json("{\"errcode\":0}").newBuilder();
            for (int i = 0; i < 20; i++) {
                answer.addHeader("X-Other-" + i, "x".repeat(100));
            }
            return answer.addHeader("Content-Disposition", "attachment; filename=" + "x".repeat(150))
                    .build();
        });
        HttpResponse<byte[]> answer = call();
        assertThat(answer.headers().firstValue("X-Other-0")).isPresent();
        assertThat(answer.headers().firstValue("X-Other-19")).isEmpty();
        assertThat(answer.headers().firstValue("Content-Disposition")).isPresent();
    }

    private void answer(Function<RecordedRequest, MockResponse> answers) {
        wechat.business().answer(request -> {
            calls.incrementAndGet();
            return answers.apply(request);
        });
    }

    private boolean first() {
        return calls.get() == 1;
    }

    private HttpResponse<byte[]> call() throws IOException, InterruptedException {
        return call(server);
    }

    private static HttpResponse<byte[]> call(RunningServer at) throws IOException, InterruptedException {
        return call("POST", HttpClient.newHttpClient(), at);
    }

    private static HttpResponse<byte[]> call(String method, HttpClient client, RunningServer at)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(at.url() + "/relay/cgi-bin/message/template/send"))
                .header("Authorization", "Bearer " + Keys.of("shop"))
                .timeout(Duration.ofSeconds(30))
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"))
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static MockResponse zipped(String text) {
        return new MockResponse.Builder()
                .body(new Buffer().write(zip(text)))
                .setHeader("Content-Type", "application/json")
                .setHeader("Content-Encoding", "gzip")
                .build();
    }

    private static byte[] zip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
