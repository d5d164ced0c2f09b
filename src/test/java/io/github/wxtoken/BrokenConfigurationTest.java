package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Tests the messages about a configuration that cannot be read, and about wrong values of Spring Boot's properties: they
 * say where and what, in few lines, and never show a value.
 */
@ExtendWith(OutputCaptureExtension.class)
class BrokenConfigurationTest {

    private static final String CANARY = "c0ffee00canary00";

    /** The lines of a message, without those that the log has at INFO before it. */
    private static final int MOST_LINES = 40;

    private static final String ACCOUNT =
            """
            wxtoken:
              accounts:
                main:
                  appid: wx0123456789abcdef
            """;

    private static final String GOOD = ACCOUNT + "      secret: c0ffee00canary00\n";

    /** Chinese, as an editor on Windows saves it. */
    private static final Charset GBK = Charset.forName("GBK");

    @TempDir
    private Path directory;

    @AfterEach
    void beQuietAgain() {
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
    }

    static Stream<Arguments> brokenYaml() {
        return Stream.of(
                Arguments.of(ACCOUNT + "      secret: @c0ffee00canary00\n", 5, "in single quotes"),
                Arguments.of(ACCOUNT + "      secret: `c0ffee00canary00\n", 5, "in single quotes"),
                Arguments.of(ACCOUNT + "      secret: *c0ffee00canary00\n", 5, "in single quotes"),
                Arguments.of(ACCOUNT + "      secret: !c0ffee00canary00\n", 5, "in single quotes"),
                Arguments.of(ACCOUNT + "      secret: {c0ffee00canary00\n", 5, "in single quotes"),
                Arguments.of(ACCOUNT + "      secret: >c0ffee00canary00\n", 5, "in single quotes"),
                Arguments.of(GOOD + "spring.data.redis:\n  password: %c0ffee00canary00\n", 7, "in single quotes"),
                Arguments.of(ACCOUNT + "      secret: \"c0ffee00canary00\n", 5, "quote that begins here is not closed"),
                Arguments.of(ACCOUNT + "      secret: 'c0ffee00canary00\nx: y\n", 5, "quote that begins here"),
                Arguments.of(ACCOUNT + "      secret: \"\\qc0ffee00canary00\"\n", 5, "a backslash begins an escape"),
                Arguments.of(ACCOUNT + "      secret: c0ffee00canary00: x: y\n", 5, "A colon with a space behind it"),
                Arguments.of(ACCOUNT + "        secret: c0ffee00canary00\n", 5, "correct the indentation"),
                Arguments.of(ACCOUNT + "     secret: c0ffee00canary00\n", 5, "The indentation differs"),
                Arguments.of(ACCOUNT + "      secret c0ffee00canary00\n", 5, "followed by a colon and a space"),
                Arguments.of(ACCOUNT + "      secret:c0ffee00canary00\n", 5, "followed by a colon and a space"),
                Arguments.of(ACCOUNT + "      secret: {{ c0ffee00canary00 }}\n", 5, "a template that was not rendered"),
                Arguments.of(ACCOUNT + "      {{ c0ffee00canary00 }}\n", 5, "a template that was not rendered"),
                Arguments.of(ACCOUNT + "{{- if c0ffee00canary00 }}\n", 5, "a template that was not rendered"),
                Arguments.of(ACCOUNT + "\tsecret: c0ffee00canary00\n", 5, "indented by a tab"),
                Arguments.of(GOOD + "wxtoken:\n  refresh:\n", 6, "'wxtoken:' is there twice, first in line 1. Merge"),
                Arguments.of(GOOD + "      secret: x\n", 6, "'secret:' is there twice, first in line 5. Merge"),
                Arguments.of(GOOD + "c0ffee00canary00: 1\nc0ffee00canary00: 2\n", 7, "The same name is there twice"),
                Arguments.of(GOOD + "x: \u0001\n", 6, "a control character"));
    }

    @ParameterizedTest
    @MethodSource("brokenYaml")
    void saysFileAndLineOfBrokenYaml(String text, int line, String reason, CapturedOutput output) throws IOException {
        Path file = Files.writeString(directory.resolve("application.yml"), text);

        start("--spring.config.additional-location=file:" + file);

        assertThat(output).contains("File:     " + file + ", line " + line).contains("Reason:   ", reason);
        assertShortAndWithoutValues(output);
    }

    @Test
    void saysThatAFileIsNotUtf8(CapturedOutput output) throws IOException {
        Path file = directory.resolve("application.yml");
        Files.writeString(file, ACCOUNT + "      # 密钥\n      secret: c0ffee00canary00\n", GBK);

        start("--spring.config.additional-location=file:" + file);

        assertThat(output).contains(file + ", line 5").contains("Save the file as UTF-8");
        assertShortAndWithoutValues(output);
    }

    @Test
    void saysFileAndLineOfABrokenPropertiesFile(CapturedOutput output) throws IOException {
        Path file = directory.resolve("application.properties");
        Files.writeString(file, "wxtoken.store=memory\nwxtoken.accounts.main.secret=c0ffee00canary00\\u12zz\n");

        start("--spring.config.additional-location=file:" + file);

        assertThat(output).contains(file + ", line 2").contains("\\u must be followed by four hex digits");
        assertShortAndWithoutValues(output);
    }

    @Test
    void readsFilesInTheEncodingThatTheImportNames(CapturedOutput output) throws IOException {
        Path file = directory.resolve("more.properties");
        Files.writeString(file, "wxtoken.accounts.main.secrett=密钥\n", StandardCharsets.UTF_16BE);

        start("--spring.config.import=file:" + file + "[encoding=utf-16be]");

        assertThat(output).contains("Property: wxtoken.accounts.main.secrett", "There is no such property");
    }

    /** Uses DEBUG to see everything that is logged about a failure. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server.port: c0ffee00canary00 | server.port | a whole number",
                "management.server.port: c0ffee00canary00 | management.server.port | a whole number",
                "spring.data.redis.port: c0ffee00canary00 | spring.data.redis.port | a whole number",
                "server.address: c0ffee00canary00 c0ffee00canary00 | server.address | an IP address",
                "server.address: ${NOT_SET_ANYWHERE} c0ffee00canary00 | server.address | ${NOT_SET_ANYWHERE}",
                "server.address: ${server.address}c0ffee00canary00 | server.address | refer to each other",
                "logging.level.root: c0ffee00canary00 | logging.level.root | one of: trace, debug, info",
                "logging.level.io.github: c0ffee00canary00 | logging.level.io.github | one of: trace, debug",
                "logging.charset.console: c0ffee00canary00 | logging.charset.console | a character set",
                "logging.structured.format.console: c0ffee00canary00 | logging.structured.format.console | It must be one of: ecs, gelf, logstash",
                "logging.config: /c0ffee00canary00.xml | logging.config | There is no such file",
                "server.forward-headers-strategy: c0ffee00canary00 | server.forward-headers-strategy | one of: native",
            })
    void saysWhereAValueOfSpringBootIsWrong(String line, String property, String reason, CapturedOutput output)
            throws IOException {
        Path file = Files.writeString(directory.resolve("application.yml"), GOOD + "  store: redis\n" + line + "\n");

        start("--logging.level.org.springframework=DEBUG", "--spring.config.additional-location=file:" + file);

        assertThat(output)
                .contains("Property: " + property)
                .contains("application.yml] - 7:")
                .contains(reason)
                .doesNotContain(CANARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/c0ffee00canary00.yml", "configtree:/c0ffee00canary00/"})
    void saysThatAnImportedFileOrFolderIsMissing(String location, CapturedOutput output) throws IOException {
        Path file = Files.writeString(
                directory.resolve("application.yml"), GOOD + "spring.config.import: " + location + "\n");

        start("--spring.config.additional-location=file:" + file);

        assertThat(output)
                .contains(
                        "spring.config.import", "does not exist", "application.yml] - 6:", "write optional: before it")
                .doesNotContain(CANARY, "Exception");
    }

    @Test
    void saysThatALocationIsMissing(CapturedOutput output) {
        start("--spring.config.additional-location=file:/c0ffee00canary00.yml");

        assertThat(output)
                .contains("spring.config.additional-location", "does not exist", "a command line argument")
                .doesNotContain(CANARY, "Exception");
    }

    /** YAML takes these values for names. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret: {CANARY}",
                "secret:\n        CANARY:\n",
                "secret:\n        CANARY: x",
                "appid: {CANARY: x}"
            })
    void aValueThatIsTakenForANameIsNotShown(String property, CapturedOutput output) throws IOException {
        Path file = Files.writeString(
                directory.resolve("application.yml"),
                "wxtoken:\n  accounts:\n    main:\n      " + property.replace("CANARY", CANARY) + "\n");

        start("--spring.config.additional-location=file:" + file);

        assertThat(output)
                .contains(
                        "Property: wxtoken.accounts.main." + property.substring(0, property.indexOf(':')),
                        "application.yml] - ",
                        "put it in single quotes")
                .doesNotContainIgnoringCase(CANARY);
    }

    @Test
    void saysThatAccountsAreNoList(CapturedOutput output) throws IOException {
        Path file = Files.writeString(
                directory.resolve("application.yml"),
                "wxtoken:\n  accounts:\n    - name: main\n      appid: wx0123456789abcdef\n      secret: " + CANARY
                        + "\n");

        start("--spring.config.additional-location=file:" + file);

        assertThat(output).contains("It is a list.", "like 'main:'").doesNotContain(CANARY);
    }

    /** Nothing explains these, so the exceptions are shown without their messages. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spring.data.redis.url: foo://:c0ffee00canary00@h | spring.data.redis.url | application.yml] - 7:24",
                "spring.data.redis.url: 'redis://:c0 ffee00canary00@h' | spring.data.redis.url | application.yml] - 7:24",
                "server.ssl.bundle: c0ffee00canary00 | server.ssl.bundle | application.yml] - 7:",
                "server.ssl.key-store: c0ffee00canary00 | server.ssl.key-store | application.yml] - 7:",
                "server.ssl.certificate: /c0ffee00canary00.pem | server.ssl.certificate | application.yml] - 7:",
                "spring.config.import: c0ffee00canary00:x | spring.config | IllegalStateException at",
                "server.tomcat.basedir: /proc/c0ffee00canary00 | server.tomcat.basedir | neither be created",
            })
    void showsOtherFailuresWithoutTheirMessages(String line, String property, String also, CapturedOutput output)
            throws IOException {
        Path file = Files.writeString(
                directory.resolve("application.yml"), GOOD + "  store: redis\n" + line.replace("'", "\"") + "\n");

        start("--spring.config.additional-location=file:" + file);

        assertThat(output).contains(property).contains(also);
        assertShortAndWithoutValues(output);
    }

    @Test
    void showsNoTextOfAMalformedCertificate(CapturedOutput output) throws IOException {
        Path pem = Files.writeString(
                directory.resolve("web.pem"),
                "-----BEGIN CERTIFICATE-----\nc0ffee00canary00\n-----END CERTIFICATE-----\n");

        start(
                "--wxtoken.accounts.main.appid=wx0123456789abcdef",
                "--wxtoken.accounts.main.secret=c0ffee00canary00",
                "--server.ssl.bundle=web",
                "--spring.ssl.bundle.pem.web.keystore.certificate=" + pem,
                "--spring.ssl.bundle.pem.web.keystore.private-key=" + pem);

        assertThat(output).contains("spring.ssl.bundle.pem.web.keystore.certificate", "The exceptions");
        assertShortAndWithoutValues(output);
    }

    @Test
    void showsNoTextOfMalformedJson(CapturedOutput output) {
        start("--spring.application.json={\"wxtoken\":{\"secret\":\"c0ffee00canary00\"");

        assertThat(output).contains("spring.application.json", "JsonParseException");
        assertShortAndWithoutValues(output);
    }

    private static void assertShortAndWithoutValues(CapturedOutput output) {
        assertThat(output)
                .containsOnlyOnce("APPLICATION FAILED TO START")
                .doesNotContain(CANARY, "\tat ", "Application run failed");
        String text = output.getAll();
        assertThat(text.substring(text.indexOf("APPLICATION FAILED")).lines()).hasSizeLessThan(MOST_LINES);
    }

    private static void start(String... arguments) {
        assertThatThrownBy(() -> WxTokenApplication.main(arguments)).isNotNull();
    }
}
