package io.github.wxtoken.monitor;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.StreamSupport;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.ScriptTimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A headless Chromium, as packaged by Debian, with its own profile. */
final class Browser implements AutoCloseable {

    private static final String CHROMIUM = "/usr/bin/chromium";
    private static final String CHROMEDRIVER = "/usr/bin/chromedriver";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private static final Path SCREENSHOTS = Path.of(System.getProperty("basedir", ""), "target", "screenshots");

    private final Path profile;
    private final ChromeDriver driver;

    private Browser(String languages) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        try {
            profile = Files.createTempDirectory("chromium");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM);
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        options.setExperimentalOption("prefs", Map.of("intl.accept_languages", languages));
        options.setCapability("goog:loggingPrefs", logs);
        // With a given path, Selenium neither searches for a driver nor downloads one.
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(CHROMEDRIVER))
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        // Leaves Chromium's start page, whose requests are not the server's.
        open(URI.create("about:blank"));
        requests();
        size(1200, 900);
    }

    /** Starts a browser whose user prefers these languages, separated by commas. */
    static Browser speaking(String languages) {
        return new Browser(languages);
    }

    void open(URI url) {
        driver.get(url.toString());
    }

    void reload() {
        driver.navigate().refresh();
    }

    /** Sets the size of the viewport in CSS pixels. */
    void size(int width, int height) {
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", width < 600));
    }

    /** Sets whether the user prefers dark colours. */
    void dark(boolean dark) {
        command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Sets whether the network is unavailable. */
    void offline(boolean offline) {
        command("Network.enable", Map.of());
        command(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    private void command(String name, Map<String, Object> parameters) {
        driver.executeCdpCommand(name, parameters);
    }

    /** Returns the value of a JavaScript expression as text. */
    String eval(String expression) {
        return String.valueOf(driver.executeScript("return " + expression));
    }

    /** Waits for an element and returns it. */
    WebElement find(String selector) {
        await("document.querySelector(" + quoted(selector) + ") !== null");
        return all(selector).get(0);
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** Returns the visible text of an element; empty if it is not visible. */
    String text(String selector) {
        return eval("(" + seen(selector) + ").trim()");
    }

    /** Waits until an element shows a text. */
    void awaitText(String selector, String text) {
        await("(" + seen(selector) + ").includes(" + quoted(text) + ")");
    }

    /** Waits until a JavaScript expression is true. */
    void await(String expression) {
        try {
            driver.executeAsyncScript("const done = arguments[0];"
                    + "const look = () => (" + expression + ") ? done() : setTimeout(look, 50);"
                    + "look();");
        } catch (ScriptTimeoutException e) {
            throw new AssertionError("never: " + expression + ", but: " + text("body"), e);
        }
    }

    /** Returns an expression for the visible text: elements that are not rendered have an {@code innerText} too. */
    private static String seen(String selector) {
        return "[document.querySelector(" + quoted(selector)
                + ")].map((e) => e?.checkVisibility() ? e.innerText : '')[0]";
    }

    private static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    void click(String selector) {
        find(selector).click();
    }

    /** Sends keys to the focused element. */
    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** Presses the tab key until an element has the focus. */
    void tabTo(String selector) {
        for (int i = 0; i < 60; i++) {
            if (eval("document.activeElement.matches(" + quoted(selector) + ")").equals("true")) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("the tab key does not reach " + selector);
    }

    /** Returns the console messages since the last call, except for failed loads, which the page handles. */
    List<String> complaints() {
        return entries(LogType.BROWSER).stream()
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("Failed to load resource"))
                .toList();
    }

    /** Returns the URLs of all requests since the last call. */
    List<String> requests() {
        return entries(LogType.PERFORMANCE).stream()
                .map(entry -> JSON.readTree(entry.getMessage()).path("message"))
                .filter(message -> message.path("method").asString("").equals("Network.requestWillBeSent"))
                .map(message -> message.at("/params/request/url"))
                .map(JsonNode::asString)
                .toList();
    }

    private List<LogEntry> entries(String type) {
        return StreamSupport.stream(driver.manage().logs().get(type).spliterator(), false)
                .toList();
    }

    /** Saves a screenshot for people to look at. */
    void picture(String name) {
        Map<String, Object> picture = driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png"));
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(
                    SCREENSHOTS.resolve(name + ".png"),
                    Base64.getDecoder()
                            .decode(Objects.requireNonNull(picture.get("data")).toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
        try {
            FileSystemUtils.deleteRecursively(profile);
        } catch (IOException e) {
            // A Chromium process may still be writing. The directory is temporary anyway.
        }
    }
}
