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
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * HTTP as WeChat's API needs it: each call is sent at most once, on a connection of its own, and follows no redirect.
 *
 * <p>A pooled connection may have died unnoticed, which would show as a request that was sent and not answered: a minted
 * token may be lost then, so one has to be assumed.
 */
final class WeChatHttp {

    private final OkHttpClient client;
    private final Duration connectTimeout;
    private final ScheduledExecutorService timer;
    private final CallTimes times;

    /** Creates it; {@code timer} ends connecting that takes too long. */
    WeChatHttp(
            Duration connectTimeout,
            ScheduledExecutorService timer,
            CallTimes times,
            @Nullable UpstreamTracing tracing) {
        this.connectTimeout = connectTimeout;
        this.timer = timer;
        this.times = times;
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .addNetworkInterceptor(new SendGate())
                .connectTimeout(connectTimeout)
                // The time for the whole call, set for each, is what counts.
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO);
        if (tracing != null) {
            builder.addInterceptor(tracing);
        }
        this.client = builder.build();
    }

    /** Sends a request if the permit holds until it is connected, and reads the whole answer. */
    WeChatResponse send(WeChatCall which, Request.Builder asked, SendPermit permit, Deadline deadline)
            throws TransportException {
        Request request = asked.header("User-Agent", "wxtoken")
                .header("Accept-Encoding", "identity")
                .tag(SendPermit.class, permit)
                .build();
        Timer.Sample sample = times.start();
        try {
            WeChatResponse answer = send(request, permit, deadline);
            times.stop(sample, which, request.url(), ErrcodeClass.of(which, answer));
            return answer;
        } catch (TransportException e) {
            times.stop(sample, which, request.url(), ErrcodeClass.of(e));
            throw e;
        }
    }

    private WeChatResponse send(Request request, SendPermit permit, Deadline deadline) throws TransportException {
        Call call = client.newCall(request);
        Duration limit = deadline.left();
        call.timeout().timeout(Math.max(1, limit.toNanos()), TimeUnit.NANOSECONDS);
        CallTimeout patience = new CallTimeout(call, permit);
        permit.give(call);
        ScheduledFuture<?> alarm = timer.schedule(patience, connectLimit(limit).toNanos(), TimeUnit.NANOSECONDS);
        TransportFailures transportFailure = new TransportFailures(request.url());
        try (Response response = call.execute()) {
            transportFailure.answerBegan();
            return WeChatResponse.read(response);
        } catch (IOException e) {
            throw permit.used()
                    ? transportFailure.afterSending(e, deadline.whole())
                    : transportFailure.beforeSending(e, patience.over);
        } finally {
            alarm.cancel(false);
        }
    }

    /** Ends all calls that are under way. */
    void cancelAll() {
        client.dispatcher().cancelAll();
    }

    /** However slow connecting is, half of the time that is left remains for another host, or for the answer. */
    private Duration connectLimit(Duration left) {
        Duration half = left.dividedBy(2);
        return connectTimeout.compareTo(half) < 0 ? connectTimeout : half;
    }

    /** Ends a call that is not connected in time. OkHttp itself times each step, but not the name and not the sum. */
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
