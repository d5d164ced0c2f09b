package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.simulator.WhitelistMode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * Tests the status page in a real browser on a real server whose clock is seven hours behind the browser's. Runs only
 * in the profile {@code browser}.
 */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StatusBrowserTest {

    private static final String OTHER_APPID = "wxfedcba9876543210";
    private static final String MAIN = "[data-account=account1] ";
    private static final String OTHER = "[data-account=account2] ";
    private static final String TOKEN = MAIN + ".fact:nth-child(3) .value";

    private final WeChatSimulator wechat = WeChatSimulator.builder()
            .clock(InstantSource.offset(InstantSource.system(), Duration.ofHours(-7)))
            .start();
    private final Browser browser = Browser.speaking("en-US,en");
    private final List<RunningServer> servers = new ArrayList<>();

    @BeforeAll
    void open() {
        wechat.account(APPID, SECRET);
        wechat.account(OTHER_APPID, SECRET).whitelistDelay(Duration.ZERO).whitelist(WhitelistMode.OA, "198.51.100.1");
        wechat.callerIp("203.0.113.7");
    }

    @AfterEach
    void nothingWasWrongAndNothingCameFromElsewhere() {
        browser.eval("sessionStorage.clear()");
        browser.open(URI.create("about:blank"));
        List<String> own =
                servers.stream().map(server -> server.url().toString() + "/").toList();
        servers.forEach(RunningServer::close);
        servers.clear();
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .isNotEmpty()
                .allMatch(url -> url.startsWith("data:image/svg+xml,")
                        || url.equals("about:blank")
                        || own.stream().anyMatch(url::startsWith));
    }

    @AfterAll
    void close() {
        browser.close();
        wechat.close();
    }

    private RunningServer start(List<String> appids, String... arguments) {
        RunningServer server = RunningServer.start(wechat, appids, arguments);
        servers.add(server);
        return server;
    }

    /** Starts a server on loopback without callers, which needs no key. */
    private RunningServer startOpen() {
        RunningServer server = start(List.of(APPID));
        browser.open(page(server));
        browser.awaitText("#headline", "The token is well");
        browser.await("document.querySelectorAll('.timeline .bar.current').length > 0");
        return server;
    }

    /** Advances the clock, because the server does not fetch twice within five seconds. */
    private void letTheTokenAge() {
        wechat.clock().advance(Duration.ofSeconds(10));
    }

    private static URI page(RunningServer server) {
        return server.url().resolve("/status");
    }

    @Test
    void aKeyIsAskedForAndIsAnOperators() {
        RunningServer server = start(
                List.of(APPID),
                Stream.of(Keys.arguments("shop"), Keys.arguments("ops", "operator=true"))
                        .flatMap(Arrays::stream)
                        .toArray(String[]::new));
        browser.open(page(server));
        browser.awaitText("#gate", "Operators only");
        assertThat(browser.text("#gate-refused")).isEmpty();
        assertThat(browser.eval("document.activeElement.id")).isEqualTo("key");

        show(Keys.of("nobody"));
        browser.awaitText("#gate-refused", "does not know this key");
        show(Keys.of("shop"));
        browser.awaitText("#gate-refused", "wxtoken.callers.<name>.operator");
        show("\u5bc6\u94a5");
        browser.awaitText("#gate-refused", "Copy it again");
        assertThat(browser.eval("sessionStorage.length")).isEqualTo("0");

        show(Keys.of("ops"));
        browser.awaitText("#headline", "The token is well");
        assertThat(browser.text("#gate")).isEmpty();
        browser.reload();
        browser.awaitText("#headline", "The token is well");
        assertThat(browser.eval("localStorage.length + document.cookie.length")).isEqualTo("0");

        browser.click("#forget");
        browser.awaitText("#gate", "Operators only");
        assertThat(browser.text("#gate-refused")).isEmpty();
        assertThat(browser.text("#accounts")).isEmpty();
        assertThat(browser.eval("sessionStorage.length")).isEqualTo("0");
    }

    private void show(String key) {
        browser.find("#key").clear();
        browser.find("#key").sendKeys(key);
        browser.click("#gate button");
    }

    @Test
    void theWorstComesFirstAndSaysWhatToDo() {
        RunningServer server = start(List.of(APPID, OTHER_APPID));
        browser.open(page(server));
        browser.awaitText("#headline", "1 of 2 tokens is down");
        assertThat(browser.eval("[...document.querySelectorAll('article')].map((a) => a.dataset.account).join()"))
                .isEqualTo("account2,account1");
        assertThat(browser.text(OTHER + ".notice")).contains("callers get 503", "WeChat says 40164");
        assertThat(browser.text(OTHER + ".advice")).contains("203.0.113.7");
        assertThat(browser.text(OTHER + ".word")).isEqualTo("Down");
        assertThat(browser.text(MAIN + ".word")).isEqualTo("Well");
        assertThat(browser.eval("document.title")).contains("1 down");

        wechat.account(OTHER_APPID).noWhitelist();
        browser.eval("(window.same = true)");
        wechat.clock().advance(Duration.ofMinutes(11));
        browser.awaitText("#headline", "All 2 tokens are well");
        browser.awaitText(OTHER + ".word", "Well");
        assertThat(browser.eval("window.same")).isEqualTo("true");
        browser.await("document.getElementById('news').textContent.includes('account2')");
        wechat.account(OTHER_APPID).whitelist(WhitelistMode.OA, "198.51.100.1");
    }

    @Test
    void theServersClockCounts() {
        RunningServer server = startOpen();
        long before = secondsLeft(server);
        long shown = shownSeconds();
        assertThat(shown).isBetween(secondsLeft(server) - 1, before + 2);
        browser.await(digits() + " !== '" + browser.text(MAIN + ".next .value") + "'");
        assertThat(shownSeconds()).isLessThan(shown);

        double place = place(".bar.current");
        double now = place(".timeline:not(.slim) > svg:last-child");
        assertThat(now).isBetween(66.6, 66.7);
        wechat.clock().advance(Duration.ofMinutes(60));
        browser.await("parseFloat(" + attribute(".bar.current") + ") < " + (place - 10));
        // The whole width is six hours.
        assertThat(place(".bar.current")).isBetween(place - 16.67 - 0.5, place - 16.67 + 0.1);
        assertThat(place(".timeline:not(.slim) > svg:last-child")).isBetween(66.6, 66.7);
    }

    private static String digits() {
        return "document.querySelector('" + MAIN + ".next .value').textContent";
    }

    private long shownSeconds() {
        return Stream.of(browser.text(MAIN + ".next .value").split(":"))
                .mapToLong(Long::parseLong)
                .reduce(0, (sum, part) -> sum * 60 + part);
    }

    private static long secondsLeft(RunningServer server) {
        JsonNode answer = server.get("/actuator/tokens").json();
        return Duration.between(
                        Instant.parse(answer.path("now").asString()),
                        Instant.parse(answer.at("/tokens/0/nextRefresh").asString()))
                .toSeconds();
    }

    private double place(String selector) {
        return Double.parseDouble(browser.eval("parseFloat(" + attribute(selector) + ")"));
    }

    private static String attribute(String selector) {
        return "document.querySelector('" + MAIN + ".token " + selector + "').getAttribute('x')";
    }

    @Test
    void aChangeIsSeenWithoutReloading() {
        RunningServer server = startOpen();
        browser.eval("(window.same = true)");
        String before = browser.text(TOKEN);
        letTheTokenAge();
        String dead = server.token();
        wechat.account(APPID).kill();
        server.report(dead);
        browser.await("document.querySelector('" + TOKEN + "').textContent !== '" + before + "'");
        assertThat(browser.text(TOKEN)).matches("[0-9a-f]{8}");
        browser.await("document.querySelectorAll('" + MAIN + "td.dead, " + MAIN + "td.reported').length > 0");
        assertThat(browser.eval("window.same")).isEqualTo("true");
    }

    @Test
    void aRefreshIsConfirmedAndMintsOneToken() {
        startOpen();
        String before = browser.text(TOKEN);
        letTheTokenAge();
        int minted = wechat.journal().mints(APPID);
        browser.click(MAIN + "button.refresh");
        assertThat(browser.text("dialog")).contains("Refresh the token of account1?", "5 more minutes");
        browser.click("dialog button[type=button]");
        browser.await("!document.querySelector('dialog').open");
        assertThat(wechat.journal().mints(APPID)).isEqualTo(minted);

        browser.click(MAIN + "button.refresh");
        browser.click("dialog .primary");
        browser.await("document.querySelector('" + TOKEN + "').textContent !== '" + before + "'");
        browser.await("document.querySelector('" + MAIN + ".result').textContent !== ''");
        browser.await("!document.querySelector('dialog').open");
        assertThat(wechat.journal().mints(APPID)).isEqualTo(minted + 1);
    }

    @Test
    void aRevocationAsksForOneMoreStepAndEndsTheToken() {
        RunningServer server = startOpen();
        String before = browser.text(TOKEN);
        letTheTokenAge();
        String leaked = server.token();
        browser.click(MAIN + "button.revoke");
        assertThat(browser.text("dialog")).contains("Revoke the token of account1?", "40001", "account1 (" + APPID);
        assertThat(browser.find("dialog .danger").isEnabled()).isFalse();
        browser.click("#sure");
        browser.click("dialog .danger");
        browser.await("document.querySelector('" + TOKEN + "').textContent !== '" + before + "'");
        browser.await("document.querySelector('" + MAIN + ".result').textContent !== ''");
        assertThat(wechat.wasAlive(leaked, wechat.clock().instant())).isFalse();
        assertThat(server.token()).isNotEqualTo(leaked);
    }

    @Test
    void theKeyboardIsEnough() {
        startOpen();
        String before = browser.text(TOKEN);
        letTheTokenAge();
        browser.tabTo(MAIN + "button.refresh");
        browser.press(org.openqa.selenium.Keys.ENTER);
        browser.await("document.querySelector('dialog').open");
        browser.press(org.openqa.selenium.Keys.ESCAPE);
        browser.await("!document.querySelector('dialog').open");
        assertThat(browser.eval("document.activeElement.className")).isEqualTo("refresh");

        browser.press(org.openqa.selenium.Keys.ENTER);
        browser.await("document.querySelector('dialog').open");
        browser.tabTo("dialog .primary");
        browser.press(org.openqa.selenium.Keys.ENTER);
        browser.await("document.querySelector('" + TOKEN + "').textContent !== '" + before + "'");
        browser.await("!document.querySelector('dialog').open");
        assertThat(browser.eval("document.activeElement.className")).isEqualTo("refresh");
    }
}
