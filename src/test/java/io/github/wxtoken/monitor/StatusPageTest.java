package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Tests the files of the status page over HTTP. {@link StatusBrowserTest} tests them in a browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StatusPageTest {

    private static final Pattern URL = Pattern.compile("(?:https?:)?//[\\w.-]+\\.\\w+");
    private static final Pattern IMPORTED = Pattern.compile("(?:from '|href=\"|src=\"|url\\()([^'\")]+)");

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private RunningServer server;

    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        server = RunningServer.start(wechat, Keys.arguments("shop"));
    }

    @AfterAll
    void stop() {
        server.close();
        wechat.close();
    }

    static List<Resource> files() throws IOException {
        return Stream.of(new PathMatchingResourcePatternResolver(StatusPageTest.class.getClassLoader())
                        .getResources("classpath:io/github/wxtoken/monitor/status/*"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsServedAsWhatItIs(Resource file) {
        Answer answer = server.get(path(file));
        assertThat(answer.status()).isEqualTo(200);
        String type = String.valueOf(file.getFilename()).replaceAll(".*\\.", "").replace("js", "javascript");
        assertThat(answer.header("Content-Type")).isEqualTo("text/" + type + ";charset=UTF-8");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                        + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        Answer again = server.send("GET", path(file), BodyPublishers.noBody(), "If-None-Match", answer.header("ETag"));
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.response().body()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void noFileLeadsElsewhere(Resource file) throws IOException {
        String text = file.getContentAsString(StandardCharsets.UTF_8);
        // The namespace name of SVG, which browsers do not fetch.
        assertThat(URL.matcher(text.replaceAll("https?://www\\.w3\\.org/2000/svg", ""))
                        .results())
                .isEmpty();
        assertThat(IMPORTED.matcher(text).results().map(match -> match.group(1)))
                .allMatch(link -> link.matches("(\\./|status/)[a-z]+\\.(js|css)|#.*|data:image/svg\\+xml,.*"));
        assertThat(text).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "localStorage", " style=");
    }

    @Test
    void thePageKnowsWhereTheEndpointsAre() {
        assertThat(server.get("/status").response().body())
                .contains("<meta name=\"wxtoken-endpoints\" content=\"actuator/\">");
        try (RunningServer elsewhere = RunningServer.start(
                wechat, "--server.servlet.context-path=/wx", "--management.endpoints.web.base-path=/ops/\"x\"")) {
            assertThat(elsewhere.get("/wx/status").response().body())
                    .contains("<meta name=\"wxtoken-endpoints\" content=\"ops/&quot;x&quot;/\">");
            assertThat(elsewhere.get("/wx/status/main.js").status()).isEqualTo(200);
        }
    }

    @Test
    void itsFolderLeadsToIt() {
        Answer answer = server.get("/status/");
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).isEqualTo("../status");
    }

    @Test
    void onlyReadingIsAllowed() {
        Answer answer = server.send("POST", "/status", BodyPublishers.ofString("{}"));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        Answer head = server.send("HEAD", "/status", BodyPublishers.noBody());
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("ETag")).isEqualTo(server.get("/status").header("ETag"));
    }

    private static String path(Resource file) {
        String name = String.valueOf(file.getFilename());
        return name.equals("status.html") ? "/status" : "/status/" + name;
    }
}
