package io.github.wxtoken.clients;

import static io.github.wxtoken.RunningServer.APPID;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the npm client {@code co-wechat-api} on Node. Skipped without Node or if npm cannot fetch the client. */
final class NodeTest extends ClientTest {

    private static final String CLIENT = "co-wechat-api@3.11.0";

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theNpmClientLivesOnTheServersTokens() throws Exception {
        Path work = Path.of("node").toAbsolutePath();
        Npm.install(work, CLIENT);
        Files.copy(
                Path.of(NodeTest.class.getResource("client.js").toURI()),
                work.resolve("client.js"),
                StandardCopyOption.REPLACE_EXISTING);
        Process node = new ProcessBuilder("node", "client.js", wxtoken().toString(), weChat(), APPID, KEY)
                .directory(work.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader answers =
                        new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
                PrintStream calls = new PrintStream(node.getOutputStream(), true, StandardCharsets.UTF_8)) {
            assertThat(call(calls, answers)).isEqualTo("called with " + current());
            rotate();
            assertThat(call(calls, answers)).isEqualTo("called with " + current());
            kill();
            assertThat(call(calls, answers)).isEqualTo("called with " + current());
        } finally {
            node.destroy();
        }
        assertThat(wechat.journal().mints(APPID)).isEqualTo(3);
    }

    /** Makes the client call WeChat once and returns its answer. The client makes one call per input line. */
    private static String call(PrintStream calls, BufferedReader answers) throws IOException {
        calls.println();
        return answers.readLine();
    }
}
