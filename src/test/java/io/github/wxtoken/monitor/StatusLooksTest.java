package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.simulator.WhitelistMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.WebElement;
import tools.jackson.databind.JsonNode;

/**
 * Tests the appearance of the status page and its accessibility to screen readers. Leaves screenshots for people to
 * look at in {@code target/screenshots}. Runs only in the profile {@code browser}.
 */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StatusLooksTest {

    private static final String BROKEN_APPID = "wxfedcba9876543210";
    private static final List<String> TEXTS = List.of("--text", "--muted", "--accent", "--down", "--degraded");

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();
    private RunningServer server;

    /** Starts a server with two accounts: one with a ticket and hours of history, one rejected by WeChat. */
    @BeforeAll
    void start() {
        wechat.account(APPID, SECRET);
        wechat.account(BROKEN_APPID, SECRET).whitelistDelay(Duration.ZERO).whitelist(WhitelistMode.OA, "198.51.100.1");
        wechat.callerIp("203.0.113.7");
        server = RunningServer.start(wechat, List.of(APPID, BROKEN_APPID), "--wxtoken.accounts.account1.tickets=jsapi");
        for (int i = 0; i < 4; i++) {
            wechat.clock().advance(Duration.ofMinutes(i == 0 ? 0 : 56));
            server.getUntil("/actuator/tokens/account1", answer -> isFresh(answer.json()));
        }
    }

    private static boolean isFresh(JsonNode answer) {
        Instant now = Instant.parse(answer.path("now").asString());
        return answer.path("tokens")
                .valueStream()
                .allMatch(token -> token.has("issuedAt")
                        && Instant.parse(token.path("nextRefresh").asString()).isAfter(now));
    }

    @AfterAll
    void stop() {
        server.close();
        wechat.close();
    }

    private Browser browser(String languages) {
        Browser browser = Browser.speaking(languages);
        browser.open(server.url().resolve("/status"));
        browser.await("document.querySelectorAll('.timeline .bar.current').length > 0");
        return browser;
    }

    @Test
    void lightAndDark() {
        try (Browser browser = browser("en-US,en")) {
            browser.dark(false);
            assertLegible(browser);
            browser.size(1200, 1500);
            browser.picture("light");
            browser.dark(true);
            assertLegible(browser);
            browser.picture("dark");
        }
    }

    /** Asserts the contrast that WCAG 2.2 requires for text at level AA: 4.5. */
    private static void assertLegible(Browser browser) {
        for (String text : TEXTS) {
            assertThat(contrast(browser, text, "--ground")).as(text).isGreaterThanOrEqualTo(4.5);
            assertThat(contrast(browser, text, "--surface")).as(text).isGreaterThanOrEqualTo(4.5);
        }
        assertThat(contrast(browser, "--text", "--raised")).isGreaterThanOrEqualTo(4.5);
        assertThat(contrast(browser, "--text", "--past")).isGreaterThanOrEqualTo(4.5);
        assertThat(contrast(browser, "--text", "--accent-soft")).isGreaterThanOrEqualTo(4.5);
        assertThat(contrast(browser, "--on-accent", "--accent")).isGreaterThanOrEqualTo(4.5);
        for (String ground : List.of("--down-soft", "--degraded-soft")) {
            assertThat(contrast(browser, "--text", ground)).as(ground).isGreaterThanOrEqualTo(4.5);
            assertThat(contrast(browser, "--muted", ground)).as(ground).isGreaterThanOrEqualTo(4.5);
            assertThat(contrast(browser, ground.replace("-soft", ""), ground))
                    .as(ground)
                    .isGreaterThanOrEqualTo(4.5);
        }
    }

    private static double contrast(Browser browser, String one, String other) {
        double a = luminance(browser, one);
        double b = luminance(browser, other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(Browser browser, String name) {
        String hex = browser.eval("getComputedStyle(document.documentElement).getPropertyValue('" + name + "').trim()");
        assertThat(hex).matches("#[0-9a-f]{6}");
        double[] channels = IntStream.of(1, 3, 5)
                .mapToDouble(at -> Integer.parseInt(hex.substring(at, at + 2), 16) / 255.0)
                .map(value -> value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4))
                .toArray();
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
    }

    @Test
    void onAPhone() {
        try (Browser browser = browser("en-US,en")) {
            browser.size(360, 1600);
            assertThat(browser.eval("document.documentElement.scrollWidth")).isEqualTo("360");
            browser.picture("phone");
            browser.click("[data-account=account2] .events > summary");
            assertThat(browser.eval("document.documentElement.scrollWidth")).isEqualTo("360");
            for (WebElement button : browser.all("button")) {
                assertThat(button.getSize().height)
                        .isNotIn(IntStream.range(1, 44).boxed().toArray());
            }
        }
    }

    @Test
    void inChinese() {
        try (Browser browser = browser("zh-CN,zh")) {
            browser.awaitText("#headline", "3 个 token 中有 1 个不可用");
            assertThat(browser.eval("document.documentElement.lang")).isEqualTo("zh-CN");
            assertThat(browser.text("[data-account=account2] .actions")).contains("刷新", "作废");
            browser.size(1200, 1500);
            browser.picture("chinese");
            browser.click("[data-account=account2] button.revoke");
            browser.awaitText("dialog", "作废 account2 的 token？");
            browser.picture("chinese-dialog");
        }
    }

    @Test
    void whatAScreenReaderIsTold() {
        try (Browser browser = browser("en-US,en")) {
            Stream.of("button", "input", "summary", "table", "article", "[role=img]", "main, header, footer")
                    .flatMap(selector -> browser.all(selector).stream())
                    .filter(WebElement::isDisplayed)
                    .filter(element -> !List.of("main", "header", "footer").contains(element.getTagName()))
                    .forEach(element -> assertThat(element.getAccessibleName())
                            .as(element.getTagName() + "." + element.getDomAttribute("class"))
                            .isNotBlank());
            assertThat(browser.find("main").getAriaRole()).isEqualTo("main");
            assertThat(browser.find("#news").getAriaRole()).isEqualTo("status");
            assertThat(browser.find(".token .timeline").getAriaRole()).isIn("image", "img");
            assertThat(browser.find("[data-account=account2] button.refresh").getAccessibleName())
                    .isEqualTo("Refresh the token of account2");
            assertThat(browser.eval("[...document.querySelectorAll('h1, h2, h3, h4')].filter((h) => h.offsetParent)"
                            + ".map((h) => h.tagName[1]).reduce((worst, level, i, all) =>"
                            + " Math.max(worst, level - (all[i - 1] ?? 0)), 0)"))
                    .as("no level of heading is left out")
                    .isEqualTo("1");
            browser.click("[data-account=account2] .events > summary");
            assertThat(browser.eval("[...document.querySelectorAll('[data-account=account2] tbody td.what')]"
                            + ".map((cell) => cell.textContent).join()"))
                    .contains("Refresh failed");
            browser.picture("broken-by-40164");
        }
    }

    @Test
    void aLostConnectionIsSaidAndNothingIsLostByIt() {
        try (Browser browser = browser("en-US,en")) {
            browser.size(1200, 900);
            browser.offline(true);
            browser.awaitText("#lost", "Connection lost.");
            browser.awaitText("#lost-age", "s old");
            assertThat(browser.text("#link")).isEqualTo("Not live");
            assertThat(browser.text("#headline")).isEqualTo("1 of 3 tokens is down");
            browser.picture("connection-lost");
            browser.offline(false);
            browser.await("document.getElementById('lost').hidden");
            assertThat(browser.text("#link")).isEqualTo("Live");
        }
    }
}
