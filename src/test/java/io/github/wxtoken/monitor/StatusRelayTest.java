package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.BusinessCalls;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.Environment;

/** Tests the relayed calls on the status page in a real browser. Runs only in the profile {@code browser}. */
@Tag("browser")
final class StatusRelayTest {

    private static final String SEND = "/relay/cgi-bin/message/template/send";

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();

    @BeforeEach
    void open() {
        wechat.account(APPID, SECRET);
        wechat.business().answer(request -> BusinessCalls.json("{\"errcode\":0}"));
    }

    @AfterEach
    void close() {
        wechat.close();
    }

    /** Starts a server with a separate management port, which needs no key. */
    private RunningServer start(String... arguments) {
        return RunningServer.start(
                wechat,
                Stream.concat(
                                Stream.of(arguments),
                                Stream.of("--management.server.port=0", "--management.server.address=127.0.0.1"))
                        .toArray(String[]::new));
    }

    private static Browser browser(RunningServer server, String languages) {
        Browser browser = Browser.speaking(languages);
        String port = server.bean(Environment.class).getProperty("local.management.port");
        browser.open(URI.create("http://127.0.0.1:" + port + "/status"));
        browser.await("document.querySelectorAll('.timeline .bar.current').length > 0");
        return browser;
    }

    @Test
    void withoutTheRelayNothingIsShown() {
        try (RunningServer server = start();
                Browser browser = browser(server, "en-US,en")) {
            assertThat(browser.text("#relay")).isEmpty();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void callsAreCountedWhileThePageIsOpen() {
        try (RunningServer server = start(Keys.arguments("shop", "relay=/cgi-bin/message/**"));
                Browser browser = browser(server, "en-US,en")) {
            browser.awaitText("#relay summary", "0 calls in the last 10 minutes: 0 with an error, 0 healed; 0 of ");
            assertThat(browser.eval("document.getElementById('relay').className"))
                    .isEqualTo("relay");
            relay(server, "{\"errcode\":0}");
            browser.awaitText("#relay summary", "1 call in the last 10 minutes: 0 with an error");
            browser.click("#relay summary");
            relay(server, "{\"errcode\":45009}");
            relay(server, "{\"errcode\":43101}");
            browser.awaitText("#relay summary", "3 calls in the last 10 minutes: 2 with an error, 0 healed");
            assertThat(browser.text("#relay tr[data-outcome=all]")).isEqualTo("All calls\t3\t3");
            assertThat(browser.text("#relay tr[data-outcome=quota]")).contains("45009", "1\t1");
            assertThat(browser.text("#relay tr[data-outcome=error]")).contains("1\t1");
            assertThat(browser.all("#relay tbody tr")).hasSize(5);
            assertThat(browser.all("#relay tr.trouble")).hasSize(1);
            assertThat(browser.eval("document.getElementById('relay').className"))
                    .isEqualTo("relay DEGRADED");
            browser.picture("relay");
            browser.size(360, 800);
            assertThat(browser.eval("document.documentElement.scrollWidth <= 360"))
                    .isEqualTo("true");
            browser.picture("relay-narrow");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void theTextsAreInTheLanguageOfTheReader() {
        try (RunningServer server = start(Keys.arguments("shop", "relay=/cgi-bin/message/**"));
                Browser browser = browser(server, "zh-CN,zh")) {
            relay(server, "{\"errcode\":-1}");
            browser.awaitText("#relay summary", "最近 10 分钟转发 1 次，其中出错 1 次、自愈 0 次；正在进行 0 / ");
            browser.click("#relay summary");
            assertThat(browser.text("#relay tr[data-outcome=busy]")).contains("微信系统繁忙");
            browser.picture("relay-chinese");
        }
    }

    private void relay(RunningServer server, String answer) {
        wechat.business().answer(request -> BusinessCalls.json(answer));
        assertThat(server.getLater(SEND, Keys.bearer("shop")).join().status()).isEqualTo(200);
    }
}
