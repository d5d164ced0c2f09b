package io.github.wxtoken.wechat;

import io.github.wxtoken.simulator.MovableClock;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource.FetchRequest;
import io.github.wxtoken.token.TokenSource.Fetched;
import io.github.wxtoken.token.TokenSource.Verdict;
import io.github.wxtoken.token.TokenSourceException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/** A client with one account, for tests that wait for its results. */
final class TestClient implements AutoCloseable {

    static final String APPID = "wx0123456789abcdef";
    static final String SECRET = "c0ffee00c0ffee00c0ffee00c0ffee00";
    static final TokenKey KEY = TokenKey.accessToken(APPID);

    /** Too long for any test to reach. */
    static final Duration LONG = Duration.ofSeconds(14);

    private final WeChatClient client;
    private final MovableClock clock = MovableClock.standingAt(Instant.parse("2026-11-22T02:00:00Z"));

    private TestClient(String api, WeChatProperties properties, ForwardProxy proxy, WeChatTls tls) {
        AccountProperties account = new AccountProperties(APPID, AppSecret.of(SECRET), api, List.of(), 2000);
        this.client = new WeChatClient(
                ConfiguredAccounts.of(Map.of("main", account)),
                properties.validate(),
                proxy,
                tls,
                clock,
                new SimpleMeterRegistry());
    }

    static TestClient of(List<URI> hosts) {
        return of(hosts, LONG);
    }

    static TestClient of(List<URI> hosts, Duration callTimeout) {
        return of(hosts, callTimeout, callTimeout);
    }

    static TestClient of(List<URI> hosts, Duration connectTimeout, Duration callTimeout) {
        return of(hosts, connectTimeout, callTimeout, ForwardProxy.direct(), WeChatTls.DEFAULT);
    }

    static TestClient of(
            List<URI> hosts, Duration connectTimeout, Duration callTimeout, ForwardProxy proxy, WeChatTls tls) {
        return new TestClient("classic", properties(hosts, connectTimeout, callTimeout), proxy, tls);
    }

    /** Creates a client whose account uses the stable API. */
    static TestClient stable(List<URI> hosts) {
        return new TestClient("stable", properties(hosts, LONG, LONG), ForwardProxy.direct(), WeChatTls.DEFAULT);
    }

    private static WeChatProperties properties(List<URI> hosts, Duration connectTimeout, Duration callTimeout) {
        List<String> urls = hosts.stream().map(URI::toString).toList();
        return new WeChatProperties(urls, connectTimeout, callTimeout, ProxyProperties.NONE, new SslProperties(null));
    }

    WeChatClient client() {
        return client;
    }

    MovableClock clock() {
        return clock;
    }

    Fetched fetch() {
        return fetch(() -> true);
    }

    Fetched fetch(BooleanSupplier maySend) {
        return client.fetch(FetchRequest.of(KEY), maySend).toCompletableFuture().join();
    }

    TokenSourceException failure() {
        return failure(() -> true);
    }

    /** Returns the failure of a fetch, which must fail. */
    TokenSourceException failure(BooleanSupplier maySend) {
        return failure(client.fetch(FetchRequest.of(KEY), maySend).toCompletableFuture()::join);
    }

    static TokenSourceException failure(Runnable fetch) {
        try {
            fetch.run();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TokenSourceException reason) {
                return reason;
            }
            throw e;
        }
        throw new AssertionError("a token came");
    }

    Verdict probe(String token) {
        return client.probe(KEY, token).toCompletableFuture().join();
    }

    /** Returns the live threads of all clients. */
    static List<Thread> threads() {
        Thread[] all = new Thread[Thread.activeCount() + 100];
        int count = Thread.enumerate(all);
        return Arrays.stream(all, 0, count)
                .filter(thread -> thread.getName().startsWith("wechat-"))
                .toList();
    }

    @Override
    public void close() {
        client.close();
    }
}
