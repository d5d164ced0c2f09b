package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.support.Environments;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests that a start with a wrong name or value says which one, where and why, from each kind of property source. */
@ExtendWith(OutputCaptureExtension.class)
class WrongConfigurationTest {

    private static final String FILE =
            """
            wxtoken:
              accounts:
                main:
                  appid: wx0123456789abcdef
                  secret: c0ffee00c0ffee00c0ffee00c0ffee00
            """;

    private static final String DIGEST = "c24e1a1f066642c51788f589234ff5c213a2b1e6c2831c763d0ca8b0cd14f2c4";

    static Stream<Arguments> mistakes() {
        String argument = "\"%s\" from property source \"commandLineArgs\"";
        return Stream.of(
                // Names.
                line("    shop/1: {appid: wx1, secret: canary}", "accounts", "8:", "The name 'shop/1' cannot be used."),
                line("    \"a%\": {appid: wx1, secret: canary}", "accounts", "8:", "The name 'a%' cannot be used."),
                line("    shop.a: {appid: wx1, secret: canary}", "accounts", "8:", "A name with a dot must be"),
                line("    商城A: {appid: wx1, secrett: canary}", "accounts[商城A].secrett", "8:", "There is no such"),
                line("    商城A: {appid: wx 1}", "accounts[商城A].appid", "8:", "It is not a valid AppID"),
                line("    shop-a: {appid: wx1, api: canary}", "accounts[shop-a].api", "8:", "Unknown API"),
                line("  callers: {\"a:b\": {operator: true}}", "callers", "8:", "A caller's name has no ':'"),
                line("  callers: {my_shop: {key-sha256: canary}}", "callers[my_shop].key-sha256[0]", "8:", "It is not"),
                line("  callers: canary", "callers", "8:", "It has a value."),
                variable("WXTOKEN_CALLERS_MY_SHOP_KEYSHA256", "canary", "callers[my_shop].key-sha256[0]", "It is not"),
                variable("WXTOKEN_CALLERS_A_KEYSHA256_0", "canary", "callers.a.key-sha256[0]", "It is not"),
                variable(
                        "WXTOKEN_ACCOUNTS_MAIN_DAILY_BUDGET",
                        "0",
                        "accounts.main.daily-budget",
                        "It must be at least 1"),
                line(
                        "  relay: {max-body: canary}",
                        "relay.max-body",
                        "8:",
                        "Its value is not a size like 512KB or 32MB."),
                line("  relay: {in-flight: 0}", "relay.in-flight", "8:", "It must be at least 1."),
                Arguments.of(
                        "  relay: {in-flight: 67}",
                        Map.of(),
                        "--spring.threads.virtual.enabled=false",
                        "relay.in-flight",
                        "application.yml] - 8:",
                        "It must be at most 66, a third of server.tomcat.threads.max"),
                line("  relay: {call-timeout: 11m}", "relay.call-timeout", "8:", "It must be between 100ms and 10m."),
                line(
                        "  callers: {a: {key-sha256: " + DIGEST + ", relay: [/wxa/**, /cgi-bin/component/**]}}",
                        "callers.a.relay[1]",
                        "8:",
                        "It covers paths that must be named literally"),
                // Lists as one text.
                Arguments.of(
                        "",
                        Map.of(),
                        "--wxtoken.callers.a.key-sha256=canary,canary",
                        "callers.a.key-sha256[0]",
                        argument.formatted("wxtoken.callers.a.key-sha256"),
                        "It is not a SHA-256"),
                Arguments.of(
                        "",
                        Map.of(),
                        "--wxtoken.accounts.main.tickets=jsapi,canary",
                        "accounts.main.tickets[1]",
                        argument.formatted("wxtoken.accounts.main.tickets"),
                        "Unknown ticket type"),
                Arguments.of(
                        "",
                        Map.of(),
                        "--wxtoken.wechat.hosts=https://a.example,canary",
                        "wechat.hosts[1]",
                        argument.formatted("wxtoken.wechat.hosts"),
                        "It is not a valid URL"),
                // Quotes.
                variable("WXTOKEN_ACCOUNTS_MAIN_SECRET", "\"canary\"", "accounts.main.secret", "It is in quotes"),
                variable("WXTOKEN_ACCOUNTS_MAIN_SECRET", "'canary'", "accounts.main.secret", "It is in quotes"),
                variable("WXTOKEN_ACCOUNTS_MAIN_APPID", "\"wx1canary\"", "accounts.main.appid", "It is in quotes"),
                variable(
                        "WXTOKEN_CALLERS_A_KEYSHA256",
                        '"' + DIGEST + '"',
                        "callers.a.key-sha256[0]",
                        "It is in quotes"),
                variable("WXTOKEN_REFRESH_LEAD", "\"5m\"", "refresh.lead", "It is in quotes"),
                variable(
                        "WXTOKEN_ACCOUNTS_MAIN_SECRET",
                        " canary",
                        "accounts.main.secret",
                        "It is not a valid AppSecret"),
                variable("WXTOKEN_ACCOUNTS_MAIN_SECRET", "secret=canary", "accounts.main.secret", "It is not a valid"),
                // Variables that are not set.
                line(
                        "  callers: {a: {key-sha256: \"${NONE}\"}}",
                        "callers.a.key-sha256[0]",
                        "8:",
                        "${NONE} is not set"),
                line(
                        "  callers: {a: {key-sha256: [\"${NONE}\"]}}",
                        "callers.a.key-sha256[0]",
                        "8:",
                        "${NONE} is not set"),
                line(
                        "    shop: {appid: \"${NONE}\", secret: canary}",
                        "accounts.shop.appid",
                        "8:",
                        "${NONE} is not set"),
                line("    shop: {appid: wx1, secret: \"${NONE}\"}", "accounts.shop.secret", "8:", "${NONE} is not set"),
                line(
                        "  callers: {a: {key-sha256: " + DIGEST + ", accounts: \"${NONE}\"}}",
                        "callers.a.accounts[0]",
                        "8:",
                        "${NONE} is not set"),
                line("  refresh: {lead: \"${NONE}\"}", "refresh.lead", "8:", "${NONE} is not set"),
                line("  wechat: {hosts: [\"${NONE}\"]}", "wechat.hosts[0]", "8:", "${NONE} is not set"),
                line("  wechat: {hosts: \"https://${NONE}\"}", "wechat.hosts[0]", "8:", "${NONE} is not set"),
                line(
                        "  metrics: {max-account-tags: \"${NONE}\"}",
                        "metrics.max-account-tags",
                        "8:",
                        "${NONE} is not set"),
                line("  store: ${NONE}", "store", "8:", "${NONE} is not set"),
                line(
                        "  store: redis\n  redis: {encryption-key: \"${NONE}\"}",
                        "redis.encryption-key[0]",
                        "9:",
                        "${NONE} is not set"));
    }

    private static Arguments line(String line, String property, String where, String reason) {
        return Arguments.of(line, Map.of(), "--debug=false", property, "application.yml] - " + where, reason);
    }

    private static Arguments variable(String name, String value, String property, String reason) {
        return Arguments.of(
                "", Map.of(name, value), "--debug=false", property, "System Environment Property \"" + name, reason);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isExplainedWithoutTheValue(
            String line,
            Map<String, String> variables,
            String argument,
            String property,
            String where,
            String reason,
            CapturedOutput output) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("SERVER_PORT", "0");

        assertThatThrownBy(() -> new SpringApplicationBuilder(WxTokenApplication.class)
                        .environment(Environments.with()
                                .yaml(FILE + "    # The next line is under test.\n\n" + line)
                                .variables(all)
                                .build())
                        .run(argument))
                .isNotNull();

        assertThat(output)
                .contains("Property: wxtoken." + property + System.lineSeparator())
                .containsPattern("Where: +.*" + Pattern.quote(where))
                .contains("Reason:   ")
                .containsPattern("Reason: .*" + Pattern.quote(reason))
                .doesNotContain("canary", DIGEST);
    }
}
