package io.github.wxtoken.wechat;

import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The HTTP client for WeChat's API. It sends each call at most once, on its own connection, and follows no redirects.
 *
 * <p>Connections are not pooled, since a pooled connection may have died unnoticed. A request on it would count as sent
 * but not answered, so the caller would have to assume that a minted token was lost.
 */
final class WeChatHttp {

    private volatile OkHttpClient client;
    private final Duration connectTimeout;
    private final ScheduledExecutorService timer;
    private final CallTimes times;

    /** Creates the client; {@code timer} cancels calls that take too long to connect. */
    WeChatHttp(
            Duration connectTimeout,
            ForwardProxy proxy,
            WeChatTls tls,
            ScheduledExecutorService timer,
            CallTimes times) {
        this(connectTimeout, proxy, tls, timer, times, new ConnectionPool(0, 1, TimeUnit.SECONDS));
    }

    /** Creates the client with a pool of connections. */
    WeChatHttp(
            Duration connectTimeout,
            ForwardProxy proxy,
            WeChatTls tls,
            ScheduledExecutorService timer,
            CallTimes times,
            ConnectionPool pool) {
        this.connectTimeout = connectTimeout;
        this.timer = timer;
        this.times = times;
        OkHttpClient plain = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(pool)
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                // It would take a thread for each connection attempt.
                .fastFallback(false)
                .addNetworkInterceptor(new StaleConnections())
                .addNetworkInterceptor(new SendGate())
                .proxySelector(proxy)
                .proxyAuthenticator(proxy)
                .connectTimeout(connectTimeout)
                // Each call has a timeout of its own for its whole duration.
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .build();
        this.client = tls.apply(plain, changed -> client = changed);
    }

    /** Sends a request, if the permit is still valid once it is connected, and reads the whole response. */
    WeChatResponse send(WeChatCall which, Request.Builder asked, SendPermit permit, Deadline deadline)
            throws TransportException {
        HttpUrl url = asked.build().url();
        Timer.Sample sample = times.start();
        try {
            WeChatResponse answer = read(asked.header("User-Agent", "wxtoken"), permit, deadline, url);
            times.stop(sample, which, url, ErrcodeClass.of(which, answer));
            return answer;
        } catch (TransportException e) {
            times.stop(sample, which, url, ErrcodeClass.of(e));
            throw e;
        }
    }

    private WeChatResponse read(Request.Builder asked, SendPermit permit, Deadline deadline, HttpUrl url)
            throws TransportException {
        TransportFailures transportFailure = new TransportFailures(url);
        try (Response response = open(asked, permit, deadline, transportFailure)) {
            transportFailure.answerBegan();
            return WeChatResponse.read(response);
        } catch (IOException e) {
            throw transportFailure.afterSending(e, deadline.whole());
        }
    }

    /**
     * Sends a request, if the permit is still valid once it is connected. Returns the response when its head has
     * arrived; the deadline also applies to its body.
     */
    Response open(Request.Builder asked, SendPermit permit, Deadline deadline, TransportFailures transportFailure)
            throws TransportException {
        Request request = asked.header("Accept-Encoding", "identity")
                .tag(SendPermit.class, permit)
                .build();
        while (true) {
            try {
                return execute(client.newCall(request), permit, deadline, transportFailure);
            } catch (StaleConnections.StaleException e) {
                // Nothing was sent. The other idle connections are probably closed as well.
                client.connectionPool().evictAll();
            }
        }
    }

    private Response execute(Call call, SendPermit permit, Deadline deadline, TransportFailures transportFailure)
            throws TransportException, StaleConnections.StaleException {
        Duration limit = deadline.left();
        call.timeout().timeout(Math.max(1, limit.toNanos()), TimeUnit.NANOSECONDS);
        CallTimeout patience = new CallTimeout(call, permit);
        permit.give(call);
        ScheduledFuture<?> alarm = timer.schedule(patience, connectLimit(limit).toNanos(), TimeUnit.NANOSECONDS);
        call.addEventListener(transportFailure);
        try {
            return call.execute();
        } catch (StaleConnections.StaleException e) {
            throw e;
        } catch (IOException e) {
            throw permit.used()
                    ? transportFailure.afterSending(e, deadline.whole())
                    : transportFailure.beforeSending(e, patience.over);
        } finally {
            alarm.cancel(false);
        }
    }

    /** Cancels all calls in progress. */
    void cancelAll() {
        client.dispatcher().cancelAll();
    }

    /** Limits connecting to half of the remaining time: the rest is for another host or for the response. */
    private Duration connectLimit(Duration left) {
        Duration half = left.dividedBy(2);
        return connectTimeout.compareTo(half) < 0 ? connectTimeout : half;
    }

    /**
     * Cancels a call that is not connected in time. OkHttp limits single steps, but neither name resolution nor the
     * total time to connect.
     */
    private static final class CallTimeout implements Runnable {
        private final Call call;
        private final SendPermit permit;
        private volatile boolean over;

        CallTimeout(Call call, SendPermit permit) {
            this.call = call;
            this.permit = permit;
        }

        @Override
        public void run() {
            if (permit.take(call)) {
                over = true;
                call.cancel();
            }
        }
    }
}
