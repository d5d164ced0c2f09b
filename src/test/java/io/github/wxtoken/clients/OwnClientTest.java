package io.github.wxtoken.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests hand-written clients: with the JDK's HttpClient and with curl. */
final class OwnClientTest extends ClientTest {

    @Test
    void theJdksHttpClientLivesOnTheServersTokens() throws Exception {
        WxtokenClient client = new WxtokenClient(wxtoken(), KEY);
        String url = weChat() + "/cgi-bin/getcallbackip";
        assertThat(client.call(url).path("ip_list").isArray()).isTrue();
        rotate();
        assertThat(client.call(url).path("ip_list").isArray()).isTrue();
        kill();
        assertThat(client.call(url).path("ip_list").isArray()).isTrue();
    }

    @Test
    void soDoesCurl() throws Exception {
        assertThat(curl()).contains("ip_list");
        kill();
        assertThat(curl()).contains("ip_list");
    }

    /** Runs the script of the recipe, if there are a shell, curl and sed. */
    private String curl() throws Exception {
        Path script = Path.of(OwnClientTest.class.getResource("client.sh").toURI());
        ProcessBuilder shell = new ProcessBuilder("sh", script.toString()).redirectErrorStream(true);
        shell.environment().put("WXTOKEN", wxtoken().toString());
        shell.environment().put("WECHAT", weChat());
        shell.environment().put("KEY", KEY);
        try {
            Process process = shell.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            if (process.exitValue() == 127) {
                abort("SKIPPED: curl is not installed, so its recipe was not tried");
            }
            return output;
        } catch (IOException e) {
            return abort("SKIPPED: there is no shell, so the recipe for curl was not tried");
        }
    }
}
