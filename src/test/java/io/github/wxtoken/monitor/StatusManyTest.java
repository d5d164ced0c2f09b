package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.simulator.WhitelistMode;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;

/**
 * Tests the status page with many accounts that are down, whose causes it groups. Leaves screenshots for people to look
 * at in {@code target/screenshots}. Runs only in the profile {@code browser}.
 */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StatusManyTest {

    private static final String WRONG_SECRET = "00112233445566778899aabbccddeeff";
    private static final String HEIGHT = "document.documentElement.scrollHeight";
    private static final String SHOWN = "[...document.querySelectorAll('article')].filter((a) => a.checkVisibility())";

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();
    private final Browser browser = Browser.speaking("en-US,en");

    @AfterEach
    void nothingWasWrong() {
        browser.open(URI.create("about:blank"));
        assertThat(browser.complaints()).isEmpty();
    }

    @AfterAll
    void close() {
        browser.close();
        wechat.close();
    }

    /** Starts a server with accounts, the first of which have a wrong secret and the next of which are not whitelisted. */
    private RunningServer start(String prefix, int all, int wrongSecret, int notWhitelisted) {
        wechat.callerIp("203.0.113.7");
        List<String> appids = IntStream.range(0, all)
                .mapToObj(i -> "wx%s%014x".formatted(prefix, i))
                .toList();
        for (int i = 0; i < all; i++) {
            wechat.account(appids.get(i), i < wrongSecret ? WRONG_SECRET : SECRET);
            if (i >= wrongSecret && i < wrongSecret + notWhitelisted) {
                wechat.account(appids.get(i)).whitelistDelay(Duration.ZERO).whitelist(WhitelistMode.OA, "198.51.100.1");
            }
        }
        RunningServer server = RunningServer.start(wechat, appids);
        browser.size(1200, 900);
        browser.open(server.url().resolve("/status"));
        return server;
    }

    private int height() {
        return Integer.parseInt(browser.eval(HEIGHT));
    }

    private void find(String text) {
        browser.find("#name").clear();
        browser.find("#name").sendKeys(text);
    }

    private String shown() {
        return browser.eval(SHOWN + ".map((a) => a.dataset.account).join()");
    }

    /** Waits until the page has shown another response. */
    private void awaitAPoll() {
        int before = polls();
        browser.await("performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/tokens')).length > "
                + (before + 1));
    }

    private int polls() {
        return Integer.parseInt(browser.eval(
                "performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/tokens')).length"));
    }

    @Test
    void threeHundredOfFiveHundredAreTwoProblems() {
        try (RunningServer server = start("01", 500, 149, 148)) {
            browser.awaitText("#headline", "297 of 500 tokens are down");
            browser.awaitText("[data-cause='40125'] h2", "149 accounts: WeChat says 40125");
            browser.awaitText("[data-cause='40164'] h2", "148 accounts: WeChat says 40164");
            assertThat(browser.all(".advice")).hasSize(2);
            assertThat(browser.text("[data-cause='40164'] .advice")).contains("203.0.113.7");
            assertThat(browser.text("[data-cause='40164'] .names")).contains("account150");
            assertThat(browser.text("[data-cause='40164'] button.all")).isEqualTo("Refresh all 148 …");
            assertThat(browser.text("[data-cause='40125'] button.all")).isEmpty();
            assertThat(height()).isLessThan(1500);
            browser.size(1200, 1300);
            browser.picture("many-down");
            browser.dark(true);
            browser.picture("many-down-dark");
            browser.dark(false);
            browser.size(390, 900);
            assertThat(browser.eval("document.documentElement.scrollWidth")).isEqualTo("390");
            assertThat(height()).isLessThan(2200);
            browser.size(390, 1800);
            browser.picture("many-down-phone");

            browser.size(1200, 900);
            accountsAreFound();
            focusFoldsAndPlaceStay();
            oneOrderServesAll();
            assertThat(server.get("/actuator/tokens").json().path("others").size())
                    .isEqualTo(400);
        }
    }

    private void accountsAreFound() {
        find("account15");
        assertThat(shown())
                .isEqualTo("account15,account150,account151,account152,account153,account154,account155,"
                        + "account156,account157,account158,account159");
        assertThat(browser.text("#find-note")).isEqualTo("11 of 500 accounts match.");
        browser.picture("many-found");
        // By AppID, in the full-width letters of a Chinese keyboard.
        find("\uff37\uff38\uff10\uff11000000000001F3");
        assertThat(shown()).isEqualTo("account500");
        find("nobody at all");
        assertThat(shown()).isEmpty();
        assertThat(browser.text("#find-note")).contains("No account listed");
        browser.press(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
        assertThat(shown()).isEmpty();
        assertThat(browser.text("#find-note")).contains("Enter opens the account");

        find("account500");
        browser.press(Keys.ENTER);
        browser.awaitText("[data-account=account500] .token", "Next refresh");
        browser.await("document.activeElement.closest('[data-account=account500]') !== null");
    }

    private void focusFoldsAndPlaceStay() {
        browser.eval("(document.querySelector('[data-account=account500] .events').open = true)");
        browser.await("document.querySelector('[data-account=account500] td') !== null");
        browser.eval("document.querySelector('[data-account=account500] button.refresh').focus()");
        browser.eval("scrollTo(0, document.documentElement.scrollHeight)");
        browser.eval("(window.place = [scrollY, document.activeElement,"
                + " [...document.querySelectorAll('details')].map((d) => d.open).join()])");
        awaitAPoll();
        assertThat(browser.eval("window.place[0] === scrollY")).isEqualTo("true");
        assertThat(browser.eval("window.place[1] === document.activeElement")).isEqualTo("true");
        assertThat(browser.eval(
                        "window.place[2] === [...document.querySelectorAll('details')].map((d) => d.open).join()"))
                .isEqualTo("true");
    }

    private void oneOrderServesAll() {
        IntStream.range(149, 296)
                .forEach(i -> wechat.account("wx01%014x".formatted(i)).noWhitelist());
        browser.click("[data-cause='40164'] button.all");
        assertThat(browser.text("dialog")).contains("Refresh the tokens of 148 accounts?", "4 at a time");
        browser.picture("many-order");
        browser.click("dialog .primary");
        browser.awaitText("#bulk", "Refreshing 148 accounts");
        assertThat(browser.find("[data-cause='40164'] button.all").isEnabled()).isFalse();
        browser.picture("many-progress");
        browser.awaitText("#bulk", "147 of 148 have a new token.");
        assertThat(browser.text("#bulk dd")).isEqualTo("account297");
        browser.eval("scrollTo(0, 0)");
        browser.picture("many-result");
        browser.awaitText("#headline", "150 of 500 tokens are down");
        browser.click("#bulk button");
        assertThat(browser.text("#bulk")).isEmpty();
    }

    @Test
    void fourOnAPhone() {
        try (RunningServer server = start("02", 4, 0, 4)) {
            browser.awaitText("#headline", "4 of 4 tokens are down");
            browser.size(390, 800);
            browser.awaitText("[data-cause='40164'] h2", "4 accounts: WeChat says 40164");
            assertThat(browser.all(".advice")).hasSize(1);
            assertThat(shown()).isEqualTo("account1,account2,account3,account4");
            assertThat(height()).isLessThan(1500);
            browser.size(390, 1400);
            browser.picture("four-down-phone");
            browser.click("[data-account=account3] summary");
            browser.awaitText("[data-account=account3] .notice", "WeChat says 40164");
            assertThat(server.get("/actuator/tokens").json().path("causes").size())
                    .isEqualTo(1);
        }
    }

    @Test
    void oneOfFourExplainsItself() {
        try (RunningServer server = start("03", 4, 0, 1)) {
            browser.awaitText("#headline", "1 of 4 tokens is down");
            browser.awaitText("[data-account=account1] .notice", "WeChat says 40164");
            assertThat(browser.all("[data-cause]")).isEmpty();
            assertThat(browser.all("article details[open]")).hasSize(1);
            browser.size(1200, 1200);
            browser.picture("one-of-four");
            assertThat(server.get("/actuator/tokens").json().path("causes").size())
                    .isEqualTo(1);
        }
    }

    @Test
    void eachHealthyAccountIsALine() {
        try (RunningServer server = start("04", 500, 0, 0)) {
            browser.awaitText("#headline", "All 500 tokens are well");
            browser.await(SHOWN + ".length === 500");
            assertThat(height()).isLessThan(500 * 60);
            assertThat(browser.all("article details[open]")).isEmpty();
            browser.picture("all-well");
            browser.tabTo("[data-account=account2] summary");
            browser.press(Keys.ENTER);
            browser.awaitText("[data-account=account2] .token", "Next refresh");
            assertThat(server.get("/actuator/tokens").json().path("others").size())
                    .isEqualTo(400);
        }
    }
}
