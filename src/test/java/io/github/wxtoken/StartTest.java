package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests the messages to the operator when the server fails to start. */
@ExtendWith(OutputCaptureExtension.class)
class StartTest {

    private static final String DEBUG = "--logging.level.root=DEBUG";
    private static final String APPID = "--wxtoken.accounts.main.appid=wx0123456789abcdef";
    private static final String SECRET = "--wxtoken.accounts.main.secret=c0ffee00canary00";

    @AfterEach
    void beQuietAgain() {
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
    }

    @Test
    void saysHowToSetUpAnAccount(CapturedOutput output) {
        start();

        assertThat(output)
                .contains("No WeChat account is configured.")
                .contains("WECHAT_APPID", "WECHAT_SECRET", "config/application.yml", "mvn spring-boot:test-run")
                .containsOnlyOnce("APPLICATION FAILED TO START")
                .doesNotContain("\tat ", "cancelling refresh", "Error starting Tomcat");
    }

    /** Uses DEBUG to see everything that is logged about a failure. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wxtoken.accounts.main.secrett=canary | There is no such property",
                "wxtoken.acounts.main.secret=canary | There is no such property",
                "wxtoken.refesh.lead=canary | There is no such property",
                "wxtoken.refresh.leed=canary | There is no such property",
                "wxtoken.metrics.max-acount-tags=5 | There is no such property",
                "wxtoken.wechat.hosts[0]=https://canary:canary@api.weixin.qq.com | It must have no user",
                "wxtoken.wechat.call-timeout=canary | Its value is not a time",
                "wxtoken.accounts.main.daily-budget=canary | Its value is not a whole number",
                "wxtoken.accounts.main.daily-budget=-77777 | It must be at least 1",
                "wxtoken.accounts.main=canary | Its value is not of the expected type",
                "wxtoken.accounts.other.secret=canary | The account has no AppID",
                "wxtoken.refresh.lead=3h | It must be between",
                "wxtoken.metrics.max-account-tags=-1 | It must not be negative",
                "wxtoken.store=canary | Its value is not",
                "wxtoken.redis.encryption=canary | There is no such property",
            })
    void saysWhichPropertyIsWrongButNeverItsValue(String argument, String reason, CapturedOutput output) {
        String property = argument.substring(0, argument.indexOf('='));
        boolean replaced = property.equals("wxtoken.accounts.main");

        if (replaced) {
            start(DEBUG, "--" + argument);
        } else {
            start(DEBUG, "--" + argument, APPID, SECRET);
        }

        String named = property.equals("wxtoken.accounts.other.secret") ? "wxtoken.accounts.other.appid" : property;
        assertThat(output)
                .contains("Property: " + named + System.lineSeparator())
                .contains("Reason:   " + reason)
                .contains("Values are not shown here")
                .doesNotContain("canary", "77777");
    }

    @ParameterizedTest
    @CsvSource({
        "secrett: canary, There is no such property",
        // YAML reads it as a number, which would lose its leading zeros.
        "secret: 00777777, Its value is not of the expected type; digits may need quotes around them.",
    })
    void saysInWhichLineOfTheFile(String line, String reason, @TempDir Path directory, CapturedOutput output)
            throws IOException {
        Path file = directory.resolve("application.yml");
        Files.writeString(
                file,
                """
                wxtoken:
                  accounts:
                    main:
                      appid: wx0123456789abcdef
                      %s
                """
                        .formatted(line));

        start(DEBUG, "--spring.config.additional-location=file:" + file);

        assertThat(output)
                .contains("Property: wxtoken.accounts.main." + line.substring(0, line.indexOf(':')))
                .contains("application.yml] - 5:")
                .contains("Reason:   " + reason)
                .doesNotContain("canary", "777777", "262143");
    }

    @Test
    void saysWhichPropertyOfSpringBootIsWrongButNotItsValue(CapturedOutput output) {
        start(DEBUG, "--server.servlet.session.timeout=canary", APPID, SECRET);

        assertThat(output)
                .contains("Property: server.servlet.session.timeout", "Its value is not a time")
                .doesNotContain("canary");
    }

    @Test
    void leavesAPortInUseToSpringBoot(CapturedOutput output) throws IOException {
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String[] arguments = {"--server.port=" + used.getLocalPort(), APPID, SECRET};
            assertThatThrownBy(() -> WxTokenApplication.main(arguments)).isNotNull();

            assertThat(output).contains("Port " + used.getLocalPort() + " was already in use");
        }
    }

    /** A file that is named like an environment variable sets what the variable would set. */
    @Test
    void readsSecretFilesThatAreNamedLikeVariables(@TempDir Path directory, CapturedOutput output) throws IOException {
        Files.writeString(directory.resolve("WXTOKEN_ACCOUNTS_MAIN_APPID"), "wx0123456789abcdef\n");
        Files.writeString(directory.resolve("WXTOKEN_ACCOUNTS_MAIN_SECRET"), "c0ffee00canary00\n");
        Files.writeString(directory.resolve("WXTOKEN_REFRESH_LEAD"), "3h canary\n");
        // Only used as a placeholder: there is no such property.
        Files.writeString(directory.resolve("WXTOKEN_ENCRYPTION_KEY"), "canary\n");

        start("--spring.config.import=configtree:" + directory + "/");

        assertThat(output)
                .contains("Property: wxtoken.refresh.lead", "WXTOKEN_REFRESH_LEAD]", "Its value is not a time")
                .doesNotContain("canary", "No WeChat account", "There is no such property");
    }

    @ParameterizedTest
    @CsvSource({"WXTOKEN_ACCOUNTS_MAIN_SECRETT", "WXTOKEN_REFRESH_LEED"})
    void rejectsAMisspeltSecretFile(String name, @TempDir Path directory, CapturedOutput output) throws IOException {
        Files.writeString(directory.resolve(name), "canary\n");

        start(APPID, SECRET, "--spring.config.import=configtree:" + directory + "/");

        assertThat(output).contains("There is no such property", name + "]").doesNotContain("canary");
    }

    private static void start(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--server.port=0"));
        all.addAll(List.of(arguments));
        assertThatThrownBy(() -> WxTokenApplication.main(all.toArray(String[]::new)))
                .isNotNull();
    }
}
