package io.github.wxtoken.monitor;

import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests an order for many accounts that is stopped, or whose operator signs out. The test answers the page's orders
 * itself and ends the pauses before retries. Runs only in the profile {@code browser}.
 */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StatusBulkTest {

    private static final String CAUSE = "[data-cause='40164'] ";

    /** Holds orders and the pauses that a busy server asks for. They are answered or ended by a test. */
    private static final String HOLD =
            """
            (() => {
              const { fetch: realFetch, setTimeout: realSetTimeout } = window;
              window.orders = [];
              window.pauses = [];
              window.fetch = (url, options) => (options.method !== 'POST' ? realFetch(url, options)
                : new Promise((resolve) => orders.push((status, answer) => resolve({
                  ok: status === 200, status, headers: new Headers({ 'Retry-After': '54' }),
                  text: async () => JSON.stringify(answer) }))));
              window.setTimeout = (resume, millis) => (millis === 54000 ? pauses.push(resume)
                : realSetTimeout(resume, millis));
            })()""";

    private static final String ANSWER_BUSY = "orders.forEach((order) => order(429, { detail: 'It is busy.' }))";
    private static final String ANSWER_DONE = "orders.slice(0, 4).forEach((order) => order(200, { outcome: 'done' }))";

    private final WeChatSimulator wechat =
            WeChatSimulator.builder().clock(InstantSource.system()).start();
    private final Browser browser = Browser.speaking("en-US,en");
    private RunningServer server;

    @BeforeAll
    void start() {
        List<String> appids =
                IntStream.range(0, 6).mapToObj(i -> "wx%016x".formatted(i)).toList();
        appids.forEach(appid -> wechat.account(appid, SECRET).refuse(CallKind.TOKEN, Errcode.IP_NOT_IN_WHITELIST));
        server = RunningServer.start(wechat, appids, Keys.arguments("ops", "operator=true"));
    }

    @BeforeEach
    void orderAll() {
        browser.open(server.url().resolve("/status"));
        browser.eval(HOLD);
        signIn();
        placeOrder();
        browser.await("orders.length === 4");
        assertThat(browser.text("#bulk")).contains("Refreshing 6 accounts", "0 of 6 answered");
    }

    @AfterEach
    void nothingWasWrong() {
        browser.eval("sessionStorage.clear()");
        browser.open(URI.create("about:blank"));
        assertThat(browser.complaints()).isEmpty();
    }

    @AfterAll
    void close() {
        browser.close();
        server.close();
        wechat.close();
    }

    private void signIn() {
        browser.awaitText("#gate", "Operators only");
        browser.find("#key").sendKeys(Keys.of("ops"));
        browser.click("#gate button");
        browser.awaitText(CAUSE + "h2", "6 accounts: WeChat says 40164");
    }

    private void placeOrder() {
        browser.click(CAUSE + "button.all");
        browser.click("dialog .primary");
    }

    private void signOut() {
        browser.click("#forget");
        browser.awaitText("#gate", "Operators only");
    }

    private int orders() {
        return Integer.parseInt(browser.eval("orders.length"));
    }

    private int pauses() {
        return Integer.parseInt(browser.eval("pauses.length"));
    }

    private void endPauses() {
        browser.eval("pauses.forEach((resume) => resume())");
    }

    private String news() {
        return browser.eval("document.getElementById('news').textContent");
    }

    @Test
    void aBusyServerIsAskedAgain() {
        browser.eval(ANSWER_BUSY);
        browser.await("pauses.length === 4");
        endPauses();
        browser.await("orders.length === 8");
        assertThat(browser.text("#bulk")).contains("0 of 6 answered");
    }

    @Test
    void nothingIsOrderedAfterThePauseOfAStoppedOrder() {
        browser.eval(ANSWER_BUSY);
        browser.await("pauses.length === 4");
        browser.click("#bulk button");
        endPauses();
        browser.awaitText("#bulk", "Stopped.");
        assertThat(browser.text("#bulk")).contains("0 of 6 have a new token. 2 were not ordered.", "It is busy.");
        assertThat(orders()).isEqualTo(4);
    }

    @Test
    void nothingIsOrderedAfterThePauseOfAnOperatorWhoSignedOut() {
        browser.eval(ANSWER_BUSY);
        browser.await("pauses.length === 4");
        signOut();
        String before = news();
        endPauses();
        assertThat(orders()).isEqualTo(4);
        assertThat(news()).isEqualTo(before);
        assertThat(browser.text("#bulk")).isEmpty();
    }

    @Test
    void aBusyServerIsNotAskedAgainAfterASignOut() {
        signOut();
        browser.eval(ANSWER_BUSY);
        assertThat(pauses()).isZero();
        assertThat(orders()).isEqualTo(4);
    }

    @Test
    void noResultIsAnnouncedAfterASignOut() {
        signOut();
        String before = news();
        browser.eval(ANSWER_DONE);
        assertThat(news()).isEqualTo(before).doesNotContain("new token");
        assertThat(orders()).isEqualTo(4);
        assertThat(browser.text("#bulk")).isEmpty();
    }

    @Test
    void theNextOrderCountsItsOwnResultsOnly() {
        signOut();
        signIn();
        assertThat(browser.find(CAUSE + "button.all").isEnabled()).isTrue();
        placeOrder();
        browser.await("orders.length === 8");
        browser.eval(ANSWER_DONE);
        assertThat(browser.text("#bulk")).contains("Refreshing 6 accounts", "0 of 6 answered");
        assertThat(orders()).isEqualTo(8);
        browser.eval("orders.slice(4).forEach((order) => order(200, { outcome: 'done' }))");
        browser.await("orders.length === 10");
        browser.eval("orders.slice(8).forEach((order) => order(200, { outcome: 'done' }))");
        browser.awaitText("#bulk", "6 of 6 have a new token.");
    }
}
