package io.github.wxtoken.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests the services of WxJava for Official Accounts and Mini Programs at the relay, in a JVM of their own, in the
 * version that the tests are compiled with and in the newest one.
 */
@Tag("processes")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WxJavaProcessTest extends RelayedClientTest {

    private static final Path NEWEST = Path.of(System.getProperty("basedir", ""), "target", "newest-wxjava");

    @Test
    void theVersionOfTheTests() throws IOException {
        List<String> classpath = classpath();
        test(classpath, "4.7.0");
    }

    @Test
    void theNewestVersion() throws IOException {
        assumeTrue(
                Files.isDirectory(NEWEST),
                "SKIPPED: only Maven with the profile of this tier copies the newest WxJava to " + NEWEST);
        List<String> classpath = new ArrayList<>();
        try (Stream<Path> jars = Files.list(NEWEST)) {
            jars.map(jar -> jar.toAbsolutePath().toString()).forEach(classpath::add);
        }
        classpath().stream()
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("weixin-java-"))
                .forEach(classpath::add);
        test(classpath, "4.8.");
    }

    private void test(List<String> classpath, String version) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                String.join(File.pathSeparator, classpath),
                WxJavaProgram.class.getName()));
        command.addAll(arguments());
        try (ClientProcess client = new ClientProcess(directory, command)) {
            String actual = client.call("version");
            System.out.println("WxJava " + actual);
            assertThat(actual).startsWith(version);
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
                            "ma-download",
                            "ma-ticket"));
        }
    }

    @Override
    List<String> encodings() {
        return List.of("ISO-8859-1", "UTF-16LE", "UTF-16BE");
    }

    /** Returns the test's class path without the server, and without a logger: it would log the bodies. */
    private static List<String> classpath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("logback") && !Path.of(entry).endsWith(Path.of("target", "classes")))
                .toList();
    }
}
