package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.redis.RealRedis;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.simulator.WhitelistMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests that the status page claims of a token only what is known, and that headline and notices agree. Leaves
 * screenshots for people to look at in {@code target/screenshots}. Runs only in the profile {@code browser}.
 */
@Tag("browser")
final class StatusWordsTest {

    private static final String OTHER_APPID = "wxfedcba9876543210";
    private static final String MAIN = "[data-account=account1] ";

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();

    @BeforeEach
    void open() {
        wechat.account(APPID, SECRET);
        wechat.account(OTHER_APPID, SECRET);
        wechat.callerIp("203.0.113.7");
    }

    @AfterEach
    void close() {
        wechat.close();
    }

    private Browser browser(RunningServer server, String languages) {
        Browser browser = Browser.speaking(languages);
        browser.size(1200, 1300);
        browser.open(server.url().resolve("/status"));
        browser.await("document.querySelectorAll('.timeline .bar.current').length > 0");
        return browser;
    }

    private void letRefreshesFail() {
        wechat.account(APPID).whitelistDelay(Duration.ZERO).whitelist(WhitelistMode.OA, "198.51.100.1");
    }

    @Test
    void headlineAndNoticeAgreeThatATokenWasSuperseded() {
        try (RunningServer server = RunningServer.start(wechat, List.of(APPID, OTHER_APPID));
                Browser browser = browser(server, "en-US,en")) {
            browser.awaitText("#headline", "All 2 tokens are well");
            wechat.clock().advance(Duration.ofSeconds(10));
            String token = server.get("/token?appid=" + APPID)
                    .json()
                    .path("access_token")
                    .asString();
            wechat.account(APPID).kill();
            server.reportLater(APPID, token).join();
            browser.awaitText("#headline", "All 2 tokens are well; 1 needs attention");
            assertThat(browser.text(MAIN + ".word")).contains("needs attention");
            assertThat(browser.text(MAIN + ".notice")).contains("Noticed at", "Shown until");
            assertThat(browser.eval("document.title")).contains("1 to check");
            browser.picture("needs-attention");
        }
    }

    @Test
    void nothingIsClaimedOfADeadToken() {
        try (RunningServer server = RunningServer.start(wechat, List.of(APPID, OTHER_APPID));
                Browser browser = browser(server, "en-US,en")) {
            browser.click(MAIN + "button.refresh");
            assertThat(browser.text("dialog")).contains("WeChat accepts the old one for 5 more minutes");
            browser.click("dialog button[type=button]");
            wechat.clock().advance(Duration.ofSeconds(10));
            String token = server.get("/token?appid=" + APPID)
                    .json()
                    .path("access_token")
                    .asString();
            letRefreshesFail();
            wechat.account(APPID).kill();
            server.reportLater(APPID, token).join();
            browser.awaitText("#headline", "1 of 2 tokens is down");
            browser.awaitText(MAIN + ".facts", "rejects this token");
            assertThat(browser.text(MAIN)).doesNotContain("accepted by WeChat", "being replaced");
            browser.picture("dead");
            browser.click(MAIN + "button.refresh");
            assertThat(browser.text("dialog"))
                    .contains("WeChat already rejects the current token", "this one fails too")
                    .doesNotContain("5 more minutes");
            browser.click("dialog button[type=button]");
            browser.click(MAIN + "button.revoke");
            assertThat(browser.text("dialog"))
                    .contains("WeChat already rejects the current token")
                    .doesNotContain("stops working");
        }
    }

    @Test
    void whatEndsFirstIsLarge() {
        try (RunningServer server = RunningServer.start(wechat, List.of(APPID));
                Browser browser = browser(server, "en-US,en")) {
            assertThat(browser.text(MAIN + ".next")).contains("Next refresh");
            letRefreshesFail();
            wechat.clock().advance(Duration.ofMinutes(118));
            browser.awaitText("#headline", "The token is served, with trouble");
            browser.awaitText(MAIN + ".next", "The token ends in");
            assertThat(browser.text(MAIN + ".next .value")).matches("[0-2]:\\d\\d");
            assertThat(browser.text(MAIN + ".fact:nth-child(2)")).startsWith("Next attempt");
            browser.picture("degraded");
        }
    }

    @Test
    void redisTroubleIsInTheLanguageOfTheReader() {
        RealRedis redis = new RealRedis();
        try (RunningServer server = RunningServer.start(
                        wechat,
                        List.of(APPID, OTHER_APPID),
                        "--wxtoken.store=redis",
                        "--spring.data.redis.host=127.0.0.1",
                        "--spring.data.redis.port=" + redis.port());
                Browser browser = browser(server, "zh-CN,zh")) {
            browser.awaitText("#headline", "2 个 token 全部正常");
            redis.close();
            browser.awaitText("#headline", "2 个 token 均可用，其中 2 个有异常");
            browser.awaitText("[data-cause=store]", "Redis 无法连接或未及时响应");
            assertThat(browser.text("#causes")).doesNotContain("cannot be reached");
            assertThat(browser.text("[data-cause=store] button.all")).isEmpty();
            browser.eval("document.querySelectorAll('article > details').forEach((each) => (each.open = true))");
            browser.awaitText(MAIN + ".notice", "Redis 无法连接或未及时响应");
            assertThat(browser.all(MAIN + ".notice")).hasSize(1);
            browser.picture("redis-away-chinese");
        } finally {
            redis.close();
        }
    }
}
