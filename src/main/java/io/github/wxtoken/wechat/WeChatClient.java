package io.github.wxtoken.wechat;

import io.github.wxtoken.support.DaemonThreads;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import io.github.wxtoken.token.TokenSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BooleanSupplier;

/** The client of WeChat's API for tokens and tickets. Thread-safe. */
final class WeChatClient implements TokenSource, AutoCloseable {

    /** The extra time before a call is declared lost: a call that ends by itself reports a more precise error. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final ConfiguredAccounts accounts;
    private final Duration callTimeout;
    private final ScheduledThreadPoolExecutor timer;
    private final Workers workers;
    private final WeChatHttp http;
    private final Hosts hosts;

    WeChatClient(
            ConfiguredAccounts accounts,
            WeChatProperties properties,
            ForwardProxy proxy,
            WeChatTls tls,
            InstantSource clock,
            MeterRegistry meters) {
        this.accounts = accounts;
        this.callTimeout = properties.callLimit();
        this.timer = new ScheduledThreadPoolExecutor(1, new DaemonThreads("wechat-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        this.workers = new Workers(timer);
        this.http = new WeChatHttp(properties.connectLimit(), proxy, tls, timer, new CallTimes(meters));
        this.hosts = new Hosts(properties.urls(), clock);
    }

    @Override
    public CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend) {
        Fetch fetch = new Fetch(http, hosts, tokenRequest(request), maySend, Deadline.in(callTimeout));
        return workers.fetch(fetch::run, fetch::late, callTimeout.plus(GRACE));
    }

    @Override
    public CompletionStage<Verdict> probe(TokenKey key, String value) {
        TokenProbe probe = new TokenProbe(http, hosts, value, Deadline.in(callTimeout));
        return workers.probe(probe::run, () -> Verdict.INCONCLUSIVE, callTimeout.plus(GRACE));
    }

    private TokenRequest tokenRequest(FetchRequest request) {
        String appid = request.key().appid();
        TokenKind kind = request.key().kind();
        if (kind.isTicket()) {
            return TokenRequest.ticket(kind, Objects.requireNonNull(request.accessToken()));
        }
        AppSecret secret = accounts.secret(appid);
        return switch (accounts.api(appid)) {
            case CLASSIC -> TokenRequest.classic(appid, secret);
            case STABLE -> TokenRequest.stable(appid, secret, request.forced());
        };
    }

    /** Cancels the calls in progress and completes the stages of all unfinished work. */
    @Override
    public void close() {
        workers.close();
        http.cancelAll();
        timer.shutdownNow();
    }
}
