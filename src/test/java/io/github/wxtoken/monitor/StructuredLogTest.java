package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.RunningServer.Answer;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.support.EventThrottle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the console output of a running server's event log. */
@ExtendWith(OutputCaptureExtension.class)
final class StructuredLogTest {

    private static final String HEALTH = "/actuator/health";
    private static final String OTHER = "wxfedcba9876543210";
    private static final String LOGGER = EventLog.class.getName();

    private final JsonMapper json = new JsonMapper();

    /** Clears the format of the test before. */
    @BeforeEach
    void forgetTheFormat() {
        System.clearProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
    }

    @ParameterizedTest
    @CsvSource({
        "ecs, /wxtoken/, /log/logger, /message",
        "logstash, /wxtoken., /logger_name, /message",
        "gelf, /_wxtoken., /_log_logger, /short_message"
    })
    void hasItsFactsAsFieldsInJson(String format, String prefix, String logger, String message, CapturedOutput output) {
        live("--logging.structured.format.console=" + format);
        List<JsonNode> lines = new ArrayList<>();
        output.getAll()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(json::readTree)
                .forEach(lines::add);
        assertThat(lines)
                .filteredOn(line -> line.at(logger).asString("").equals(LOGGER))
                .anySatisfy(line -> {
                    assertThat(line.at(prefix + "account").asString()).isEqualTo("account1");
                    assertThat(line.at(prefix + "appid").asString()).isEqualTo(APPID);
                    assertThat(line.at(prefix + "version").isIntegralNumber()).isTrue();
                    assertThat(line.at(prefix + "fingerprint").asString()).matches("[0-9a-f]{8}");
                    assertThat(line.at(prefix + "trigger").asString()).isEqualTo("boot");
                    assertThat(line.at(message).asString())
                            .startsWith("account 'account1' (" + APPID + "): new token, version ");
                })
                .anySatisfy(line -> {
                    assertThat(line.at(prefix + "account").asString()).isEqualTo("account2");
                    assertThat(line.at(prefix + "errcode").asInt()).isEqualTo(40125);
                    assertThat(line.at(prefix + "attempts").asInt()).isEqualTo(1);
                    assertThat(line.at(message).asString()).contains("40125 invalid appsecret");
                });
    }

    @Test
    void asTextTheFactsAreSaidOnce(CapturedOutput output) {
        live();
        assertThat(output.getAll())
                .contains("account 'account1' (" + APPID + "): new token, version ")
                .doesNotContain("wxtoken.appid", "wxtoken.version", "{}");
    }

    @Test
    void manyAccountsThatFailAlikeAreAFewLinesAndASum(CapturedOutput output) {
        List<String> appids = IntStream.range(0, 60).mapToObj(i -> "wx" + i).toList();
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            appids.forEach(appid -> wechat.account(appid, SECRET));
            wechat.faults().on(CallKind.TOKEN).always(Fault.SYSTEM_BUSY);
            try (RunningServer server = RunningServer.start(wechat, appids)) {
                server.getUntil(
                        HEALTH, got -> accounts(got).valueStream().allMatch(account -> account.has("lastError")));
                wechat.clock().advance(Duration.ofSeconds(61));
                server.getUntil(HEALTH + "/liveness", got -> output.getAll()
                        .contains("... and 50 more account(s) failed to refresh their token: -1. WeChat is busy"));
                assertThat(output.getAll().split("failed, attempt 1: ", -1)).hasSize(EventThrottle.FEW + 1);
            }
        }
    }

    private static JsonNode accounts(Answer answer) {
        return answer.json().at("/components/tokens/details/accounts");
    }

    private static void live(String... arguments) {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            wechat.account(OTHER, SECRET).refuse(CallKind.TOKEN, Errcode.INVALID_APPSECRET);
            try (RunningServer server = RunningServer.start(wechat, List.of(APPID, OTHER), arguments)) {
                server.getUntil("/token?appid=" + APPID, got -> got.status() == 200);
                server.getUntil("/token?appid=" + OTHER, got -> got.json().has("errcode"));
            }
        }
    }
}
