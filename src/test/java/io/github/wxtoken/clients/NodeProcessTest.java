package io.github.wxtoken.clients;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests npm clients at the relay. Skipped without Node or if npm cannot fetch them. */
@Tag("processes")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NodeProcessTest extends RelayedClientTest {

    @Test
    void coWechatApi() throws Exception {
        try (ClientProcess client = start("relay-co-wechat-api", "co-wechat-api@3.11.0")) {
            test(client, List.of("template", "upload", "download", "ticket", "code", "session"));
        }
    }

    @Test
    void nodeEasywechat() throws Exception {
        try (ClientProcess client = start("relay-node-easywechat", "node-easywechat@3.6.2", "node-socialite@1.4.1")) {
            test(
                    client,
                    List.of(
                            "template",
                            "upload",
                            "download",
                            "login",
                            "ticket",
                            "code",
                            "session",
                            "ma-upload",
                            "ma-download"));
        }
    }

    private ClientProcess start(String script, String... packages)
            throws IOException, InterruptedException, URISyntaxException {
        Path installed = Path.of(System.getProperty("basedir", ""), "target", "npm", script)
                .toAbsolutePath();
        Npm.install(installed, packages);
        for (String name : List.of(script + ".js", "relay-client.js")) {
            Files.copy(
                    Path.of(NodeProcessTest.class.getResource(name).toURI()),
                    installed.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command = new ArrayList<>(
                List.of("node", installed.resolve(script + ".js").toString()));
        command.addAll(arguments());
        return new ClientProcess(directory, command);
    }

    /** A heap snapshot is a text file, in UTF-8. */
    @Override
    List<String> encodings() {
        return List.of("ISO-8859-1");
    }
}
