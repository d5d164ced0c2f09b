package io.github.wxtoken.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.wxtoken.keeper.TokenEvent.RefreshFailed;
import io.github.wxtoken.keeper.TokenEvent.Refreshed;
import io.github.wxtoken.support.EventThrottle;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Accounts;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.support.GenericApplicationContext;

/** Tests that repeated audit events are summed up each minute, with the right numbers and in bounded memory. */
final class AuditSummaryTest {

    private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");
    private static final int NONE = 0;
    private static final int BUSY = -1;

    private Instant now = NOON;
    private final AuditLog log = new AuditLog(() -> now);
    private final GenericApplicationContext application = new GenericApplicationContext();
    private final ServerAudit audit = new ServerAudit(
            log,
            new Accounts(List.of(account(0))),
            application.getBeanFactory().getBeanProvider(BuildProperties.class),
            application);
    private final Logger logger = (Logger) LoggerFactory.getLogger(AuditLog.LOGGER);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void hush() {
        logger.detachAppender(lines);
        application.close();
    }

    @Test
    void fiveHundredAccountsWithoutWeChatAreAHandfulOfLinesPerMinute() {
        int failures = 0;
        List<Integer> perMinute = new ArrayList<>();
        for (int minute = 0; minute < 10; minute++) {
            int before = lines.list.size();
            for (int second = 0; second < 60; second++) {
                now = now.plusSeconds(1);
                log.tick();
                for (int i = 0; second % 8 == 0 && i < 500; i++) {
                    fail(i, NONE, failures >= 500 ? Optional.of(NONE) : Optional.empty());
                    failures++;
                }
            }
            perMinute.add(lines.list.size() - before);
        }
        log.close();
        assertThat(failures).isEqualTo(40_000);
        assertThat(perMinute.get(0)).isEqualTo(EventThrottle.FEW);
        assertThat(perMinute.subList(1, 10)).containsOnly(1);
        assertThat(said()).hasSize(EventThrottle.FEW + 10);
        assertThat(said().subList(0, EventThrottle.FEW))
                .allMatch(line -> line.matches("refresh caller=- account=account\\d outcome=failed trigger=scheduled"));
        assertThat(said()).contains("refresh caller=- outcome=failed times=3990 accounts=500");
        assertThat(lines.list.stream().mapToInt(AuditSummaryTest::times).sum()).isEqualTo(40_000);
    }

    @Test
    void theFirstFailureOfAnAccountIsWrittenWhileOthersKeepFailing() {
        fail(1, BUSY, Optional.empty());
        for (int i = 0; i < 100; i++) {
            fail(1, BUSY, Optional.of(BUSY));
        }
        fail(2, BUSY, Optional.empty());
        fail(1, 40164, Optional.of(BUSY));
        passAMinute();
        assertThat(said())
                .containsExactly(
                        "refresh caller=- account=account1 outcome=failed trigger=scheduled errcode=-1",
                        "refresh caller=- account=account2 outcome=failed trigger=scheduled errcode=-1",
                        "refresh caller=- account=account1 outcome=failed trigger=scheduled errcode=40164",
                        "refresh caller=- account=account1 outcome=failed times=100 errcode=-1");
    }

    @Test
    void tenThousandAccountsThatFailAtOnceAreAFewLinesAndASummary() {
        for (int i = 0; i < 10_000; i++) {
            fail(i, BUSY, Optional.empty());
        }
        passAMinute();
        assertThat(said())
                .hasSize(EventThrottle.FEW + 1)
                .last()
                .isEqualTo("refresh caller=- outcome=failed times=9990 errcode=-1 accounts=9990");
        passAMinute();
        assertThat(said()).hasSize(EventThrottle.FEW + 1);
    }

    @Test
    void aCallerInALoopIsSummedUpWhateverItReportsAndApartFromOthers() {
        for (int i = 0; i < 90_000; i++) {
            report("shop", "main", "alive", Integer.toHexString(i));
        }
        report("crm", "main", "alive", "c0ffee00");
        report("shop", "main", "superseded", "c0ffee01");
        report("shop", "other", "alive", "c0ffee02");
        now = now.plusSeconds(59);
        log.tick();
        assertThat(said()).hasSize(EventThrottle.FEW + 3);
        now = now.plusSeconds(1);
        log.tick();
        assertThat(said())
                .hasSize(EventThrottle.FEW + 4)
                .contains(
                        "report caller=crm account=main outcome=alive reported=c0ffee00 address=192.0.2.1",
                        "report caller=shop account=main outcome=superseded reported=c0ffee01 address=192.0.2.1",
                        "report caller=shop account=other outcome=alive reported=c0ffee02 address=192.0.2.1")
                .last()
                .isEqualTo("report caller=shop account=main outcome=alive times=89990");
        report("shop", "main", "alive", "c0ffee03");
        assertThat(said()).last().asString().contains("c0ffee03");
    }

    @Test
    void moreGroupsThanTheLimitAreSummedUpByCallerAndOutcome() {
        for (int i = 0; i < 10_000; i++) {
            report("shop", "account" + i, "superseded", "c0ffee00");
        }
        int individual = AuditLog.MOST_GROUPS + EventThrottle.FEW;
        assertThat(said()).hasSize(individual);
        report("crm", "main", "alive", "c0ffee00");
        assertThat(said()).hasSize(individual + 1).last().asString().startsWith("report caller=crm account=main");
        log.close();
        int rest = 10_000 - individual;
        assertThat(said())
                .hasSize(individual + 2)
                .last()
                .isEqualTo("report caller=shop outcome=superseded times=" + rest + " accounts=" + rest);
    }

    @Test
    void ordersStartsAndSuccessesAreAlwaysWritten() {
        TokenKey key = TokenKey.accessToken("wx0");
        for (int i = 0; i < 100; i++) {
            log.onAuditEvent(new AuditEvent("ops", "order", Map.of("account", "main", "action", "refresh")));
            log.onAuditEvent(new AuditEvent(null, "start", Map.of("accounts", 1)));
            audit.refreshed(new Refreshed(
                    account(0),
                    key,
                    Trigger.OPERATOR,
                    i,
                    "2bb80d53",
                    now,
                    now.plusSeconds(7200),
                    now.plusSeconds(6600)));
        }
        assertThat(said()).hasSize(300);
        passAMinute();
        assertThat(said()).hasSize(300);
    }

    @Test
    void theFieldsOfASummaryHaveTheTypesOfTheOtherLines() {
        for (int i = 0; i < EventThrottle.FEW + 2; i++) {
            fail(i, BUSY, Optional.empty());
        }
        log.close();
        assertThat(fields(0)).containsEntry("audit.errcode", BUSY).containsEntry("audit.account", "account0");
        assertThat(fields(EventThrottle.FEW))
                .isEqualTo(Map.of(
                        "audit.type",
                        "refresh",
                        "audit.caller",
                        "-",
                        "audit.outcome",
                        "failed",
                        "audit.times",
                        2,
                        "audit.errcode",
                        BUSY,
                        "audit.accounts",
                        2));
    }

    private void report(String caller, String account, String outcome, String reported) {
        log.onAuditEvent(new AuditEvent(
                caller,
                "report",
                Map.of("account", account, "outcome", outcome, "reported", reported, "address", "192.0.2.1")));
    }

    private void fail(int number, int errcode, Optional<Integer> before) {
        audit.refreshFailed(new RefreshFailed(
                account(number),
                TokenKey.accessToken("wx" + number),
                Trigger.SCHEDULED,
                failure(errcode),
                before.map(AuditSummaryTest::failure)));
    }

    private void passAMinute() {
        now = now.plus(Duration.ofMinutes(1));
        log.tick();
    }

    private static Account account(int number) {
        return new Account("account" + number, "wx" + number, Api.CLASSIC, Set.of(), 2000);
    }

    private static Failure failure(int errcode) {
        return new Failure(errcode, "said so", null, Advice.RETRY_SOON, 1, NOON, NOON, NOON.plusSeconds(8));
    }

    private List<String> said() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private Map<String, Object> fields(int line) {
        return fields(lines.list.get(line));
    }

    private static Map<String, Object> fields(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
    }

    private static int times(ILoggingEvent line) {
        return (int) fields(line).getOrDefault("audit.times", 1);
    }
}
