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

/** A Chromium without a window, as Debian packages it, in a profile of its own. */
final class Browser implements AutoCloseable {

    private static final String CHROMIUM = "/usr/bin/chromium";
    private static final String CHROMEDRIVER = "/usr/bin/chromedriver";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    /** Where the pictures go: Surefire runs the tests in a folder below the build's. */
    private static final Path SCREENSHOTS = Path.of("..", "screenshots");

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
        // With the path of the driver, Selenium looks for none, and downloads none.
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(CHROMEDRIVER))
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        // Away from the page that it begins with, which is not ours.
        open(URI.create("about:blank"));
        requests();
        size(1200, 900);
    }

    /** One whose user prefers these languages, separated by commas. */
    static Browser speaking(String languages) {
        return new Browser(languages);
    }

    void open(URI url) {
        driver.get(url.toString());
    }

    void reload() {
        driver.navigate().refresh();
    }

    /** The size of the view, in CSS pixels. */
    void size(int width, int height) {
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", width < 600));
    }

    /** Whether the user prefers dark colours. */
    void dark(boolean dark) {
        command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Whether the network is there. */
    void offline(boolean offline) {
        command("Network.enable", Map.of());
        command(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    private void command(String name, Map<String, Object> parameters) {
        driver.executeCdpCommand(name, parameters);
    }

    /** What an expression of JavaScript is worth. */
    String eval(String expression) {
        return String.valueOf(driver.executeScript("return " + expression));
    }

    /** The element that is there, or comes. */
    WebElement find(String selector) {
        await("document.querySelector(" + quoted(selector) + ") !== null");
        return all(selector).get(0);
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** The text of an element as it is seen, or nothing where it is not. */
    String text(String selector) {
        return eval("(" + seen(selector) + ").trim()");
    }

    /** Waits until an element shows this text. */
    void awaitText(String selector, String text) {
        await("(" + seen(selector) + ").includes(" + quoted(text) + ")");
    }

    /** Waits until an expression of JavaScript is true. */
    void await(String expression) {
        try {
            driver.executeAsyncScript("const done = arguments[0];"
                    + "const look = () => (" + expression + ") ? done() : setTimeout(look, 50);"
                    + "look();");
        } catch (ScriptTimeoutException e) {
            throw new AssertionError("never: " + expression + ", but: " + text("body"), e);
        }
    }

    /** What is not rendered has an {@code innerText} all the same. */
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

    /** Presses keys where the focus is. */
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

    /** What the console has complained of since the last question; answers that the page has to deal with are none. */
    List<String> complaints() {
        return entries(LogType.BROWSER).stream()
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("Failed to load resource"))
                .toList();
    }

    /** The addresses of all requests since the last question. */
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

    /** Takes a picture of the view, for people to look at. */
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
            // The last of its processes may still be writing. It is a folder for temporary files.
        }
    }
}
