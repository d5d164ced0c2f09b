package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.support.EventThrottle;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the lines of the audit log, as text and as JSON. */
@ExtendWith(OutputCaptureExtension.class)
final class AuditLogTest {

    private static final String FINGERPRINT = "[0-9a-f]{8}";

    @Test
    void tellsWhoDidWhat(CapturedOutput output) {
        live();
        assertThat(lines(output))
                .anyMatch(line -> line.matches("start caller=- accounts=1( build=\\S+)?"))
                .anyMatch(line -> line.matches("refresh caller=- account=account1 outcome=refreshed version=\\d+ token="
                        + FINGERPRINT + " trigger=\\w+"))
                .anyMatch(line ->
                        line.matches("report caller=shop account=account1 outcome=superseded version=\\d+ token="
                                + FINGERPRINT + " reported=" + FINGERPRINT + " address=127.0.0.1"))
                .contains(
                        "refused caller=- reason=unauthorized address=127.0.0.1",
                        "refused caller=shop reason=forbidden address=127.0.0.1",
                        "refused caller=shop reason=\"unknown account\" address=127.0.0.1",
                        "stop caller=-")
                .noneMatch(line -> line.contains("read"));
    }

    @ParameterizedTest
    @CsvSource({"none, 127.0.0.1", "native, 203.0.113.9"})
    void believesAProxyOnlyWhereItIsToldTo(String strategy, String address, CapturedOutput output) {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            String keys = Keys.arguments("shop")[0];
            String believe = "--server.forward-headers-strategy=" + strategy;
            String[] arguments = strategy.equals("none") ? new String[] {keys} : new String[] {keys, believe};
            try (RunningServer server = RunningServer.start(wechat, arguments)) {
                server.send("GET", "/token", BodyPublishers.noBody(), "X-Forwarded-For", "203.0.113.9");
            }
        }
        assertThat(lines(output)).contains("refused caller=- reason=unauthorized address=" + address);
    }

    @ParameterizedTest
    @CsvSource({"ecs, /audit/type", "logstash, /audit.type", "gelf, /_audit.type"})
    void hasItsFieldsInJson(String format, String type, CapturedOutput output) {
        live("--logging.structured.format.console=" + format);
        JsonMapper json = new JsonMapper();
        List<JsonNode> refused = output.getAll()
                .lines()
                .filter(line -> line.startsWith("{") && line.contains("wxtoken.audit"))
                .map(json::readTree)
                .filter(line -> line.at(type).asString("").equals("refused"))
                .toList();
        assertThat(refused).isNotEmpty().allSatisfy(line -> assertThat(
                        line.at(type.replace("type", "address")).asString())
                .isEqualTo("127.0.0.1"));
    }

    @Test
    void canBeSwitchedOff(CapturedOutput output) {
        live("--logging.level.wxtoken.audit=OFF");
        assertThat(output.getAll()).contains("Started").doesNotContain("wxtoken.audit");
    }

    @Test
    void takesNothingThatWouldForgeALine() {
        Logger logger = (Logger) LoggerFactory.getLogger(AuditLog.LOGGER);
        ListAppender<ILoggingEvent> seen = new ListAppender<>();
        seen.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(seen);
        new AuditLog(InstantSource.system())
                .onAuditEvent(new AuditEvent(
                        "shop\nrefused caller=x",
                        "report",
                        Map.of("account", "a b=c\"\u2028", "unknown", "1", "address", "x".repeat(1000))));
        logger.detachAppender(seen);
        assertThat(seen.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo("report caller=\"shop?refused caller=x\" account=\"a b=c\\\"?\" address=" + "x".repeat(128)
                        + "... unknown=1");
    }

    @Test
    void whatIsNotSummedUpYetIsSummedUpAtTheEnd(CapturedOutput output) {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer server = RunningServer.start(wechat, Keys.arguments("shop")[0])) {
                server.callAs(Keys.bearer("shop"));
                server.getUntil("/token", answer -> answer.status() == 200);
                for (int i = 0; i < EventThrottle.FEW + 5; i++) {
                    assertThat(server.report("an old one " + i).status()).isEqualTo(200);
                    assertThat(server.get("/token?appid=wx0000000000000000").status())
                            .isEqualTo(404);
                }
            }
        }
        assertThat(lines(output))
                .contains(
                        "report caller=shop account=account1 outcome=superseded times=5",
                        "refused caller=shop reason=repeated times=5 address=127.0.0.1")
                .filteredOn(line -> line.startsWith("report ") || line.startsWith("refused "))
                .hasSize(2 * EventThrottle.FEW + 2);
    }

    /** Runs a server through calls that cause every kind of line. */
    private static void live(String... arguments) {
        try (WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            String[] all = new String[arguments.length + 1];
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            all[0] = Keys.arguments("shop")[0];
            try (RunningServer server = RunningServer.start(wechat, all)) {
                server.callAs(Keys.bearer("shop"));
                server.getUntil("/token", answer -> answer.status() == 200);
                assertThat(server.report("an old one").status()).isEqualTo(200);
                assertThat(server.get("/token?appid=wx0000000000000000").status())
                        .isEqualTo(404);
                assertThat(server.get("/actuator/prometheus").status()).isEqualTo(403);
                assertThat(server.send("GET", "/token", BodyPublishers.noBody()).status())
                        .isEqualTo(401);
            }
        }
    }

    private static List<String> lines(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("wxtoken.audit"))
                // Logback's own pattern ends in a dash, Spring Boot's in a colon.
                .map(line -> line.replaceFirst(".*wxtoken\\.audit +[:-]+ +", ""))
                .toList();
    }
}
