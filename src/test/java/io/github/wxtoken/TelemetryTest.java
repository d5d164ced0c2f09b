package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.Telemetry.Metric;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests the server's Prometheus metrics: their changes with events and their list in {@code src/docs/telemetry.md}.
 */
class TelemetryTest {

    private static final String STABLE = "wxfedcba9876543210";
    private static final String REFRESHES = "wxtoken_token_refreshes_total";

    private final WeChatSimulator wechat = WeChatSimulator.start();
    private final Account account = wechat.account(APPID, SECRET);
    private final Account stable = wechat.account(STABLE, SECRET);
    private final RunningServer server = RunningServer.start(
            wechat,
            List.of(APPID, STABLE),
            "--wxtoken.accounts.account1.tickets=jsapi",
            "--wxtoken.accounts.account2.api=stable",
            Keys.arguments("shop", "operator=true", "relay=/cgi-bin/message/**")[0],
            Keys.arguments("shop", "operator=true", "relay=/cgi-bin/message/**")[1],
            Keys.arguments("shop", "operator=true", "relay=/cgi-bin/message/**")[2]);

    @BeforeEach
    void begin() {
        server.callAs(Keys.bearer("shop"));
        server.getUntil("/token?appid=" + APPID, answer -> answer.status() == 200);
        server.getUntil("/token?appid=" + STABLE, answer -> answer.status() == 200);
        server.getUntil("/ticket?type=jsapi&appid=" + APPID, answer -> answer.status() == 200);
    }

    @AfterEach
    void close() {
        server.close();
        wechat.close();
    }

    @Test
    void theTableListsWhatIsExposedAndNothingElse() {
        // A call to WeChat has been made; all other metrics exist from the start.
        server.getLater("/relay/" + APPID + "/cgi-bin/message/template/send", Keys.bearer("shop"))
                .join();
        Scrape scrape = Scrape.of(server);
        Map<String, Metric> exposed = new TreeMap<>();
        scrape.types().forEach((name, type) -> {
            if (name.startsWith("wxtoken_")) {
                String unit = name.matches(".*_seconds(_max)?") ? "seconds" : "";
                exposed.put(name, new Metric(type, unit, scrape.labels(name)));
            }
        });
        assertThat(exposed).isNotEmpty();
        assertThat(Telemetry.table()).isEqualTo(exposed);
    }

    @Test
    void withMoreAccountsThanTheLimitTheTableHoldsExceptForWhatIsByAccount() {
        try (RunningServer many = RunningServer.start(
                wechat,
                List.of(APPID, STABLE),
                "--wxtoken.accounts.account1.tickets=jsapi",
                "--wxtoken.accounts.account2.api=stable",
                "--wxtoken.metrics.max-account-tags=1")) {
            Scrape scrape = Scrape.until(many, seen -> seen.sum("wxtoken_tokens", "state", "up") == 3);
            Map<String, Metric> expected = Telemetry.table();
            assertThat(Telemetry.byAccount()).hasSize(8);
            expected.keySet().removeAll(Telemetry.byAccount());
            // No caller may use the relay.
            expected.keySet().removeIf(name -> name.startsWith("wxtoken_relay_"));
            Map<String, Set<String>> exposed = new TreeMap<>();
            for (String name : scrape.types().keySet()) {
                if (name.startsWith("wxtoken_")) {
                    exposed.put(name, scrape.labels(name));
                }
            }
            assertThat(exposed.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, metric) -> {
                Set<String> tags = new TreeSet<>(metric.tags());
                tags.remove("account");
                assertThat(exposed).containsEntry(name, tags);
            });
            assertThat(scrape.sum(REFRESHES, "kind", "access_token", "trigger", "boot", "outcome", "refreshed"))
                    .isEqualTo(2);
        }
    }

    @Test
    void totalsCountTokensByStateBesideTheSeriesOfEachAccount() {
        wechat.faults().always(Fault.SYSTEM_BUSY);
        wechat.clock().advance(Duration.ofMinutes(114));
        String[] kind = {"kind", "access_token"};
        until(seen -> seen.sum("wxtoken_tokens", "kind", "access_token", "state", "degraded") > 0
                && seen.sum("wxtoken_tokens_max_failures", kind) > 0);
        wechat.clock().advance(Duration.ofMinutes(7));
        Scrape scrape = until(seen -> seen.sum("wxtoken_tokens", "kind", "access_token", "state", "down") == 2);
        assertThat(scrape.sum("wxtoken_tokens", kind)).isEqualTo(2);
        assertThat(scrape.sum("wxtoken_tokens_min_remaining_seconds", kind)).isZero();
        assertThat(scrape.sum("wxtoken_tokens_max_failing_seconds", kind)).isGreaterThan(60);
        assertThat(scrape.sum("wxtoken_token_usable", kind)).isZero();
        assertThat(scrape.sum("wxtoken_budget_max_spent_ratio", kind)).isPositive();
    }

    @Test
    void alertsHaveSomethingToRiseFromBeforeTheFirstFailure() {
        Scrape scrape = Scrape.of(server);
        for (String trigger : List.of("boot", "scheduled", "report", "watchdog")) {
            assertThat(scrape.sum(
                            REFRESHES,
                            "account",
                            "account1",
                            "kind",
                            "access_token",
                            "trigger",
                            trigger,
                            "outcome",
                            "failed"))
                    .isZero();
        }
        assertThat(scrape.sum(REFRESHES, "account", "account2", "trigger", "forced", "outcome", "failed"))
                .isZero();
        assertThat(scrape.sum("wxtoken_token_contested_total", "account", "account1"))
                .isZero();
        for (String outcome : List.of("refreshed", "superseded", "alive", "over_budget", "unavailable")) {
            assertThat(scrape.sum("wxtoken_token_reports_total", "caller", "shop", "outcome", outcome))
                    .isZero();
        }
        assertThat(scrape.sum("wxtoken_token_reads_total", "caller", "shop", "kind", "access_token"))
                .isPositive();
        for (String outcome : List.of("limited", "unreachable")) {
            assertThat(scrape.sum(
                            "wxtoken_relay_calls_seconds_count",
                            "caller",
                            "shop",
                            "path",
                            "/cgi-bin/message/**",
                            "outcome",
                            outcome))
                    .isZero();
        }
        assertThat(scrape.sum("wxtoken_store_contention_total")).isZero();
        assertThat(scrape.sum("wxtoken_token_waiters")).isZero();
    }

    @Test
    void gaugesTellHowATokenStands() {
        String[] token = {"account", "account1", "kind", "access_token"};
        Scrape scrape = Scrape.of(server);
        assertThat(scrape.sum("wxtoken_token_usable", token)).isEqualTo(1);
        assertThat(scrape.sum("wxtoken_token_version", token))
                .isEqualTo(server.get("/token?appid=" + APPID)
                        .json()
                        .path("version")
                        .asDouble());
        wechat.clock().advance(Duration.ofSeconds(1000));
        scrape = Scrape.of(server);
        assertThat(scrape.sum("wxtoken_token_age_seconds", token)).isBetween(1000.0, 1060.0);
        assertThat(scrape.sum("wxtoken_token_remaining_seconds", token)).isBetween(6140.0, 6200.0);
        assertThat(scrape.sum("wxtoken_token_refresh_in_seconds", token)).isBetween(5000.0, 5600.0);
        assertThat(scrape.sum("wxtoken_budget_limit", token)).isEqualTo(2000);
        assertThat(scrape.sum("wxtoken_budget_spent", token)).isEqualTo(1);
        assertThat(scrape.sum("wxtoken_store_available")).isEqualTo(1);
    }

    @Test
    void whoElseUsesTheAppSecretIsCounted() {
        account.mintOutOfBand();
        wechat.clock().advance(Duration.ofSeconds(301));
        // The watchdog acts on a refusal only after the second one.
        String[] superseded = {"account", "account1", "finding", "superseded"};
        until(seen -> seen.sum("wxtoken_watchdog_findings_total", superseded) == 1);
        wechat.clock().advance(Duration.ofSeconds(6));
        // The counters are updated one after the other, so a scrape may see some of them early.
        Scrape scrape = until(seen -> seen.sum("wxtoken_token_contested_total", "account", "account1") == 1
                && seen.sum("wxtoken_watchdog_findings_total", superseded) == 2
                && seen.sum(REFRESHES, "account", "account1", "kind", "access_token") == 2);
        assertThat(scrape.sum(REFRESHES, "account", "account1", "trigger", "watchdog", "outcome", "refreshed"))
                .isEqualTo(1);
        assertThat(Scrape.of(server).sum("wxtoken_token_contested_total", "account", "account2"))
                .isZero();
    }

    @Test
    void failuresAreCountedWithWhatWeChatSaid() {
        wechat.faults().always(Fault.SYSTEM_BUSY);
        wechat.clock().advance(Duration.ofMinutes(115));
        String[] token = {"account", "account1", "kind", "access_token"};
        String[] failed = {"account", "account1", "trigger", "scheduled", "outcome", "failed"};
        String[] busy = {"call", "token", "errcode_class", "busy"};
        until(seen -> seen.sum("wxtoken_token_failures", token) > 0 && seen.sum(REFRESHES, failed) > 0);
        // That scrape may have read the calls before it read the refreshes.
        Scrape scrape = Scrape.of(server);
        assertThat(scrape.sum("wxtoken_upstream_calls_seconds_count", busy)).isPositive();
        assertThat(scrape.sum(
                        "wxtoken_upstream_calls_seconds_bucket", "call", "token", "errcode_class", "ok", "le", "+Inf"))
                .isEqualTo(1);
        wechat.clock().advance(Duration.ofMinutes(6));
        until(seen -> seen.sum("wxtoken_token_usable", token) == 0
                && seen.sum("wxtoken_token_remaining_seconds", token) == 0);
        wechat.faults().clear();
        wechat.clock().advance(Duration.ofSeconds(31));
        until(seen -> seen.sum("wxtoken_token_usable", token) == 1 && seen.sum("wxtoken_token_failures", token) == 0);
    }

    @Test
    void whatReportsLeadToIsCounted() {
        String report = "/token/refresh?appid=" + STABLE;
        String dead =
                server.get("/token?appid=" + STABLE).json().path("access_token").asString();
        server.reportLater(STABLE, dead).join();
        wechat.clock().advance(Duration.ofSeconds(30));
        stable.killStable();
        server.reportLater(STABLE, dead).join();
        server.reportLater(STABLE, dead).join();
        Scrape scrape = Scrape.of(server);
        for (String outcome : List.of("alive", "refreshed", "superseded")) {
            assertThat(scrape.sum("wxtoken_token_reports_total", "caller", "shop", "outcome", outcome))
                    .as(report + " " + outcome)
                    .isEqualTo(1);
        }
        String[] refresh = {"account", "account2", "kind", "access_token"};
        assertThat(scrape.sum(REFRESHES, refresh)).as("boot, again, forced").isEqualTo(3);
        assertThat(scrape.sum(REFRESHES, "account", "account2", "trigger", "report", "outcome", "reissued"))
                .isEqualTo(1);
        assertThat(scrape.sum(REFRESHES, "account", "account2", "trigger", "forced", "outcome", "refreshed"))
                .isEqualTo(1);
        assertThat(scrape.sum(
                        "wxtoken_upstream_calls_seconds_count", "call", "probe", "errcode_class", "token_refused"))
                .isEqualTo(wechat.journal().probes(STABLE) - 1.0);
    }

    @Test
    void whoeverWaitsIsCounted() {
        wechat.faults().on(CallKind.TOKEN).always(Fault.HELD);
        var waiting = server.getLater(
                "/token?wait=60&appid=" + APPID,
                "If-None-Match",
                server.get("/token?appid=" + APPID).header("ETag"),
                "Authorization",
                "Bearer " + Keys.of("shop"));
        until(seen -> seen.sum("wxtoken_token_waiters") == 1);
        wechat.clock().advance(Duration.ofMinutes(111));
        wechat.faults().awaitHeld(1);
        wechat.faults().clear();
        assertThat(waiting.join().status()).isEqualTo(200);
        until(seen -> seen.sum("wxtoken_token_waiters") == 0);
    }

    private Scrape until(Predicate<Scrape> wanted) {
        return Scrape.until(server, wanted);
    }
}
