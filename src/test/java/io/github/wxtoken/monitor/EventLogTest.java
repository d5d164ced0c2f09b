package io.github.wxtoken.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.wxtoken.keeper.Report.Outcome;
import io.github.wxtoken.keeper.TokenEvent;
import io.github.wxtoken.support.EventThrottle;
import io.github.wxtoken.token.Account;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.Failure;
import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.Condition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tests which events are logged and the text of each line. */
final class EventLogTest {

    private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");
    private static final Account ACCOUNT = new Account("shop", "wx0123456789abcdef", Api.CLASSIC, Set.of(), 2000);
    private static final TokenKey KEY = TokenKey.accessToken(ACCOUNT.appid());
    private static final String NAME = "account 'shop' (wx0123456789abcdef): ";

    private Instant now = NOON;
    private final EventLog log = new EventLog(() -> now);
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
        send(refreshed());
        assertThat(said())
                .containsExactly("INFO " + NAME + "new token, version 42, fingerprint 2bb80d53 (scheduled),"
                        + " next refresh at 2026-11-22T05:50:00Z");
    }

    @Test
    void anotherHintOrAnotherTroubleInTransportIsAChange() {
        Failure here = failure(40164, 1, "40164", "invalid ip 1.2.3.4, not in whitelist");
        Failure there = failure(40164, 2, "40164", "invalid ip 5.6.7.8, not in whitelist");
        send(failed(here, null));
        send(failed(there, here));
        assertThat(said()).hasSize(2).allMatch(line -> line.startsWith("WARN "));
    }

    @Test
    void anAccountWithoutAUsableTokenIsAnError() {
        send(new TokenEvent.Unserved(ACCOUNT, KEY, NOON, "No token has been fetched yet."));
        assertThat(said())
                .containsExactly(
                        "ERROR " + NAME + "NO USABLE TOKEN since 2026-11-22T04:00:00Z. No token has been fetched yet.");
    }

    @Test
    void aFailureIsToldOnceAndAgainWhenItChanges() {
        Failure first = failure(40164, 1, "40164");
        Failure second = failure(40164, 2, "40164");
        Failure third = failure(-1, 3, null);
        send(failed(first, null));
        send(failed(second, first));
        send(failed(third, second));
        send(refreshed());
        send(refreshed());
        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("WARN " + NAME + "refreshing the token (scheduled) failed, attempt 1:"
                                        + " 40164 said so. Next attempt at 2026-11-22T04:05:00Z."
                                        + " " + Hints.text("40164", "", Locale.ENGLISH)),
                        line -> assertThat(line).startsWith("DEBUG ").contains("attempt 2"),
                        line -> assertThat(line).startsWith("WARN ").contains("attempt 3", "-1 said so"),
                        line -> assertThat(line)
                                .startsWith("INFO ")
                                .endsWith("; recovered: 3 attempt(s) had failed since 2026-11-22T04:00:00Z"),
                        line -> assertThat(line).startsWith("INFO ").doesNotContain("recovered"));
    }

    @Test
    void somebodyElseIsToldLoudly() {
        send(new TokenEvent.FoundDead(ACCOUNT, KEY, Trigger.WATCHDOG, true, Optional.empty(), 42, "2bb80d53", "No."));
        send(new TokenEvent.FoundDead(ACCOUNT, KEY, Trigger.WATCHDOG, true, Optional.of(NOON), 42, "2bb80d53", "No."));
        send(new TokenEvent.FoundDead(
                ACCOUNT, KEY, Trigger.REPORT, false, Optional.empty(), 42, "2bb80d53", "It is due."));
        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("WARN " + NAME + "ENDED FROM OUTSIDE: WeChat no longer accepts the token"
                                        + " 2bb80d53, which this server has not replaced (watchdog, for the first time"
                                        + " within a day). No. ")
                                .contains("/cgi-bin/stable_token")
                                .doesNotContain("will be replaced", "ANOTHER CLIENT"),
                        line -> assertThat(line)
                                .startsWith("WARN " + NAME + "ANOTHER CLIENT USES THE APPSECRET")
                                .contains("(watchdog, as last at 2026-11-22T04:00:00Z). No. "),
                        line -> assertThat(line)
                                .isEqualTo("INFO " + NAME + "WeChat no longer accepts the token 2bb80d53 (report)."
                                        + " It is due."));
    }

    @Test
    void onlyReportsThatLedToSomethingAreWorthALine() {
        for (Outcome outcome : Outcome.values()) {
            send(new TokenEvent.Reported(ACCOUNT, KEY, outcome));
        }
        assertThat(said())
                .containsExactly(
                        "INFO " + NAME + "a caller reported a token: refreshed",
                        "DEBUG " + NAME + "a caller reported a token: superseded",
                        "DEBUG " + NAME + "a caller reported a token: alive");
    }

    @Test
    void theHintNamesThePropertiesOfTheAccount() {
        for (String name : List.of("shop", "My.Shop", "商城")) {
            send(failed(new Account(name, "wx1", Api.CLASSIC, Set.of(), 2000), failure(40125, 1, "40125")));
        }
        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line).contains("set wxtoken.accounts.shop.secret to"),
                        line -> assertThat(line).contains("set wxtoken.accounts[My.Shop].secret to"),
                        line -> assertThat(line).contains("set wxtoken.accounts[商城].secret to"));
    }

    @Test
    void aFailureThatLastsIsToldEveryFiveMinutes() {
        send(failed(failure(40164, 1, "40164"), null));
        tickAt(299, failure(40164, 1, "40164"));
        tickAt(300, failure(40164, 2, "40164"));
        tickAt(301, failure(40164, 2, "40164"));
        tickAt(599, failure(40164, 2, "40164"));
        tickAt(600, failure(40164, 3, "40164"));
        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line).contains("failed, attempt 1"),
                        line -> assertThat(line)
                                .isEqualTo("WARN " + NAME + "refreshing the token still fails: 2 attempt(s) since"
                                        + " 2026-11-22T04:00:00Z, the last one: 40164 said so. Next attempt at"
                                        + " 2026-11-22T04:05:00Z. " + Hints.text("40164", "", Locale.ENGLISH)),
                        line -> assertThat(line).contains("still fails: 3 attempt(s)"));
    }

    @Test
    void whatChangesIsNotToldAgainForFiveMinutes() {
        send(failed(failure(40164, 1, "40164"), null));
        now = NOON.plusSeconds(290);
        send(failed(failure(-1, 2, "-1"), null));
        tickAt(300, failure(-1, 2, "-1"));
        assertThat(said()).hasSize(2);
        tickAt(590, failure(-1, 2, "-1"));
        assertThat(said()).hasSize(3);
    }

    @Test
    void oneThatAnotherReplicaHasMendedIsWellAgain() {
        send(failed(failure(40164, 1, "40164"), null));
        tickAt(300, null);
        tickAt(600, null);
        assertThat(said())
                .last()
                .isEqualTo("INFO " + NAME + "refreshing the token no longer fails; recovered: 1 attempt(s) had failed"
                        + " since 2026-11-22T04:00:00Z");
        assertThat(said()).hasSize(2);
    }

    @Test
    void thousandsAlikeAreAFewLinesAndASum() {
        List<Account> accounts = IntStream.range(0, 10_000)
                .mapToObj(i -> new Account("account" + i, "wx" + i, Api.CLASSIC, Set.of(), 2000))
                .toList();
        for (Account account : accounts) {
            send(failed(account, failure(-1, 1, "-1")));
        }
        // A failure of another kind is not suppressed with them.
        send(failed(failure(40164, 1, "40164"), null));
        accounts.forEach(account -> send(new TokenEvent.Unserved(account, key(account), NOON, "Alas.")));
        tickAt(59, failure(-1, 1, "-1"));
        assertThat(said())
                .hasSize(21)
                .areExactly(10, line("WARN", "failed, attempt 1: -1 said so"))
                .areExactly(1, line("WARN", "failed, attempt 1: 40164 said so"))
                .areExactly(10, line("ERROR", "NO USABLE TOKEN since"));

        tickAt(60, failure(-1, 1, "-1"));
        assertThat(said())
                .hasSize(23)
                .contains(
                        "WARN ... and 9990 more account(s) failed to refresh their token: -1."
                                + " WeChat is busy; no action needed.",
                        "ERROR ... and 9990 more account(s) have NO USABLE TOKEN");

        tickAt(300, failure(-1, 9, "-1"));
        tickAt(360, failure(-1, 9, "-1"));
        assertThat(said())
                .hasSize(34)
                .areExactly(10, line("WARN", "still fails: 9 attempt(s)"))
                .areExactly(1, line("WARN", "... and 9991 more account(s) still fail to refresh their token: -1."));

        accounts.forEach(account -> send(new TokenEvent.Refreshed(
                account,
                key(account),
                Trigger.BOOT,
                42,
                "2bb80d53",
                NOON,
                NOON.plusSeconds(7200),
                NOON.plusSeconds(6600))));
        log.close();
        assertThat(said())
                .hasSize(45)
                .areExactly(10, line("INFO", "; recovered: 9 attempt(s)"))
                .last()
                .isEqualTo("INFO ... and 9990 more account(s) are refreshed again");
    }

    @Test
    void whateverWeChatSaysTheTopicsAreBounded() {
        for (int errcode = 1; errcode <= 5000; errcode++) {
            send(failed(failure(errcode, errcode, null), null));
        }
        assertThat(said()).hasSize(LogThrottle.MOST_TOPICS + EventThrottle.FEW);
        tickAt(60, failure(1, 1, null));
        assertThat(said()).last().isEqualTo("WARN ... and 1 more account(s) failed to refresh their token");
    }

    @Test
    void theFactsAreFieldsAsWell() {
        send(refreshed());
        send(failed(failure(40164, 1, "40164"), null));
        assertThat(lines.list)
                .extracting(line -> line.getKeyValuePairs().stream()
                        .collect(Collectors.toMap(pair -> pair.key, pair -> pair.value)))
                .containsExactly(
                        Map.of(
                                "wxtoken.account", "shop",
                                "wxtoken.appid", ACCOUNT.appid(),
                                "wxtoken.version", 42L,
                                "wxtoken.fingerprint", "2bb80d53",
                                "wxtoken.trigger", "scheduled"),
                        Map.of(
                                "wxtoken.account", "shop",
                                "wxtoken.appid", ACCOUNT.appid(),
                                "wxtoken.trigger", "scheduled",
                                "wxtoken.errcode", 40164,
                                "wxtoken.attempts", 1,
                                "wxtoken.since", "2026-11-22T04:00:00Z",
                                "wxtoken.retry_at", "2026-11-22T04:05:00Z"));
    }

    private void tickAt(int seconds, @Nullable Failure failure) {
        now = NOON.plusSeconds(seconds);
        log.tick(key -> Optional.ofNullable(failure));
    }

    private static Condition<String> line(String level, String words) {
        return new Condition<>(line -> line.startsWith(level + " ") && line.contains(words), level + " " + words);
    }

    private static TokenKey key(Account account) {
        return TokenKey.accessToken(account.appid());
    }

    private static TokenEvent failed(Account account, Failure failure) {
        return new TokenEvent.RefreshFailed(account, key(account), Trigger.BOOT, failure, Optional.empty());
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

    private void send(TokenEvent event) {
        event.sendTo(log);
    }
}
