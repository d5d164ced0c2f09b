package io.github.wxtoken.wechat;

import static io.github.wxtoken.wechat.TestClient.APPID;
import static io.github.wxtoken.wechat.TestClient.KEY;
import static io.github.wxtoken.wechat.TestClient.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.TokenSource.FetchRequest;
import io.github.wxtoken.token.TokenSource.Fetched;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import okhttp3.Credentials;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Tests that neither the AppSecret nor a token appears in the client's results, exceptions or logs at any level. */
class SecrecyTest {

    private static final String PASSWORD = "canary-of-the-proxy";

    private final WeChatSimulator simulator = WeChatSimulator.start();
    private final Account account = simulator.account(APPID, SECRET);
    private final TestClient client = TestClient.of(simulator.hosts(), Duration.ofSeconds(1));
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    // OkHttp logs to java.util.logging, which only Spring Boot forwards to Logback.
    private final java.util.logging.Logger okHttp = java.util.logging.Logger.getLogger("okhttp3");
    private final JulRecords okHttpLogged = new JulRecords();
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void listen() {
        logged.start();
        root.setLevel(Level.TRACE);
        root.addAppender(logged);
        okHttp.setLevel(java.util.logging.Level.ALL);
        okHttp.addHandler(okHttpLogged);
    }

    @AfterEach
    void stop() {
        root.detachAppender(logged);
        root.setLevel(level);
        okHttp.removeHandler(okHttpLogged);
        okHttp.setLevel(null);
        client.close();
        simulator.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingShowsWhateverGoesWrong(Fault fault) {
        simulator.faults().slowness(Duration.ofMillis(20)).next(fault, 2);

        fetch(client);

        assertThat(said).isNotEmpty();
        verify();
    }

    @Test
    void nothingShowsWhereNoHostCanBeConnectedTo() {
        simulator.host(0).down();
        List<URI> hosts =
                List.of(simulator.hosts().get(0), simulator.hostWithBrokenTls(), URI.create("https://wechat.invalid"));
        try (TestClient other = TestClient.of(hosts)) {
            fetch(other);
        }
        verify();
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 OK", "407 Login", "403 Forbidden"})
    void nothingShowsOfALoginAtAProxy(String status) throws IOException {
        try (TlsFront front = new TlsFront("wechat.invalid");
                ConnectProxy proxy = new ConnectProxy(front, Map.of())) {
            proxy.answers("HTTP/1.1 " + status + "\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
            proxy.hangsUp();
            WeChatProperties properties = new WeChatProperties(
                    List.of("https://wechat.invalid"),
                    null,
                    null,
                    new ProxyProperties(proxy.address(), "ops", PASSWORD, List.of()),
                    new SslProperties(null));
            ForwardProxy selected = ForwardProxy.of(properties, Map.of(), Map.of());
            List<URI> hosts = List.of(URI.create("https://wechat.invalid"));
            try (TestClient other =
                    TestClient.of(hosts, TestClient.LONG, TestClient.LONG, selected, WeChatTls.DEFAULT)) {
                fetch(other);
            }
            assertThat(proxy.requests()).singleElement().asString().contains(Credentials.basic("ops", PASSWORD));
        }
        verify();
    }

    @Test
    void nothingShowsInAProbe() {
        Fetched fetched = client.fetch();
        said.add(fetched.toString());
        client.probe(fetched.value());
        account.mintOutOfBand();
        account.mintOutOfBand();
        simulator.faults().always(Fault.HTTP_502);
        client.probe(fetched.value());

        verify();
    }

    @Test
    void nothingShowsInToString() {
        AccountProperties properties = new AccountProperties(APPID, AppSecret.of(SECRET), "classic", List.of(), 2000);
        said.add(properties.toString());
        said.add(String.valueOf(properties.secret()));

        verify();
    }

    private void fetch(TestClient by) {
        by.client()
                .fetch(FetchRequest.of(KEY), () -> true)
                .handle((fetched, e) -> {
                    said.add(fetched == null ? trace(e) : fetched.toString());
                    TestClient.threads().forEach(thread -> said.add(thread.getName()));
                    return "done";
                })
                .toCompletableFuture()
                .join();
    }

    /** Returns the stack trace of a failure with all its causes, as a log prints it. */
    private static String trace(Throwable e) {
        assertThat(e).hasNoCause().hasNoSuppressedExceptions();
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private void verify() {
        List<String> secrets = new ArrayList<>(List.of(SECRET, PASSWORD, Credentials.basic("ops", PASSWORD)));
        account.current().ifPresent(life -> secrets.add(life.token()));
        List<String> all = new ArrayList<>(said);
        all.addAll(okHttpLogged.texts);
        logged.list.stream()
                // The simulator's own logging does not count.
                .filter(event -> !event.getLoggerName().startsWith("mockwebserver3"))
                .forEach(event -> all.add(event.getFormattedMessage()));
        for (String secret : secrets) {
            assertThat(all).noneMatch(text -> text.contains(secret));
        }
    }

    /** Collects the records of java.util.logging. */
    private static final class JulRecords extends Handler {
        private final List<String> texts = new CopyOnWriteArrayList<>();

        @Override
        public void publish(@Nullable LogRecord record) {
            if (record != null) {
                texts.add(record.getMessage() + record.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
