package io.github.wxtoken.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Report.Outcome;
import io.github.wxtoken.token.TokenEvent;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Which events are worth a line, and what it says. */
final class EventLogTest {

    private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");
    private static final Account ACCOUNT = new Account("shop", "wx0123456789abcdef", Api.CLASSIC, Set.of(), 2000);
    private static final TokenKey KEY = TokenKey.accessToken(ACCOUNT.appid());
    private static final String NAME = "account 'shop' (wx0123456789abcdef): ";

    private final EventLog log = new EventLog();
    private final Logger logger = (Logger) LoggerFactory.getLogger(EventLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private @Nullable Level before;

    @BeforeEach
    void listen() {
        before = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void hush() {
        logger.detachAppender(lines);
        logger.setLevel(before);
    }

    @Test
    void aNewTokenIsNamedByItsFingerprint() {
        log.on(refreshed());
        assertThat(said())
                .containsExactly("INFO " + NAME + "new token, version 42, fingerprint 2bb80d53 (scheduled),"
                        + " next refresh at 2026-11-22T05:50:00Z");
    }

    @Test
    void anotherHintOrAnotherTroubleInTransportIsAChange() {
        Failure here = failure(40164, 1, "40164", "invalid ip 1.2.3.4, not in whitelist");
        Failure there = failure(40164, 2, "40164", "invalid ip 5.6.7.8, not in whitelist");
        log.on(failed(here, null));
        log.on(failed(there, here));
        assertThat(said()).hasSize(2).allMatch(line -> line.startsWith("WARN "));
    }

    @Test
    void anAccountWithoutAUsableTokenIsAnError() {
        log.on(new TokenEvent.Unserved(ACCOUNT, KEY, NOON, "No token has been fetched yet."));
        assertThat(said())
                .containsExactly(
                        "ERROR " + NAME + "NO USABLE TOKEN since 2026-11-22T04:00:00Z. No token has been fetched yet.");
    }

    @Test
    void aFailureIsToldOnceAndAgainWhenItChanges() {
        Failure first = failure(40164, 1, "40164");
        Failure second = failure(40164, 2, "40164");
        Failure third = failure(-1, 3, null);
        log.on(failed(first, null));
        log.on(failed(second, first));
        log.on(failed(third, second));
        log.on(refreshed());
        log.on(refreshed());
        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("WARN " + NAME + "refreshing the token (scheduled) failed, attempt 1:"
                                        + " 40164 said so. Next attempt at 2026-11-22T04:05:00Z."
                                        + " Put 1.2.3.4 on the whitelist."),
                        line -> assertThat(line).startsWith("DEBUG ").contains("attempt 2"),
                        line -> assertThat(line).startsWith("WARN ").contains("attempt 3", "-1 said so"),
                        line -> assertThat(line)
                                .startsWith("INFO ")
                                .endsWith("; recovered: 3 attempt(s) had failed since 2026-11-22T04:00:00Z"),
                        line -> assertThat(line).startsWith("INFO ").doesNotContain("recovered"));
    }

    @Test
    void somebodyElseIsToldLoudly() {
        log.on(new TokenEvent.FoundDead(ACCOUNT, KEY, Trigger.WATCHDOG, true, "2bb80d53"));
        log.on(new TokenEvent.FoundDead(ACCOUNT, KEY, Trigger.REPORT, false, "2bb80d53"));
        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("WARN " + NAME + "SOMEBODY ELSE USES THE APPSECRET")
                                .contains("2bb80d53", "watchdog", "/cgi-bin/stable_token"),
                        line -> assertThat(line).startsWith("INFO " + NAME).contains("2bb80d53", "report"));
    }

    @Test
    void onlyReportsThatLedToSomethingAreWorthALine() {
        for (Outcome outcome : Outcome.values()) {
            log.on(new TokenEvent.Reported(ACCOUNT, KEY, outcome));
        }
        assertThat(said())
                .containsExactly(
                        "INFO " + NAME + "a caller reported a token: refreshed",
                        "DEBUG " + NAME + "a caller reported a token: superseded",
                        "DEBUG " + NAME + "a caller reported a token: alive");
    }

    private List<String> said() {
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    private static TokenEvent refreshed() {
        return new TokenEvent.Refreshed(
                ACCOUNT, KEY, Trigger.SCHEDULED, 42, "2bb80d53", NOON, NOON.plusSeconds(7200), NOON.plusSeconds(6600));
    }

    private static TokenEvent failed(Failure failure, @Nullable Failure before) {
        return new TokenEvent.RefreshFailed(ACCOUNT, KEY, Trigger.SCHEDULED, failure, Optional.ofNullable(before));
    }

    private static Failure failure(int errcode, int attempts, @Nullable String hint) {
        return failure(errcode, attempts, hint, "said so");
    }

    private static Failure failure(int errcode, int attempts, @Nullable String hint, String text) {
        return new Failure(errcode, text, hint, Advice.OPERATOR, attempts, NOON, NOON, NOON.plusSeconds(300));
    }
}
