package io.github.wxtoken.wechat;

import io.github.wxtoken.support.DaemonThreads;
import io.github.wxtoken.support.SafeText;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.wechat.ForwardException.Reason;
import io.github.wxtoken.wechat.TransportException.Reach;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Forwards calls of callers to WeChat, and puts in the AppSecret where a call needs it. Blocks the calling thread until
 * the head of the answer has arrived. Thread-safe.
 *
 * <p>It has connections of its own, apart from those of {@link TokenSource}. They are pooled, because a TLS handshake
 * would be the largest part of most calls. A call is sent to the first host that can be connected to, and never sent
 * again: once a byte is sent, WeChat may have executed it.
 */
public final class Forwarder implements AutoCloseable {

    /** How long an idle connection is kept. WeChat is not known to close one earlier. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    private final ConfiguredAccounts accounts;
    private final ScheduledThreadPoolExecutor timer;
    private final ConnectionPool pool;
    private final WeChatHttp http;
    private final Hosts hosts;

    Forwarder(
            ConfiguredAccounts accounts,
            WeChatProperties properties,
            ForwardProxy proxy,
            WeChatTls tls,
            InstantSource clock,
            MeterRegistry meters) {
        this.accounts = accounts;
        this.timer = new ScheduledThreadPoolExecutor(1, new DaemonThreads("relay-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        // To one host there are never more connections than calls in progress, whose number the relay limits.
        this.pool = new ConnectionPool(Integer.MAX_VALUE, IDLE.toSeconds(), TimeUnit.SECONDS);
        this.http = new WeChatHttp(properties.connectLimit(), proxy, tls, timer, new CallTimes(meters), pool);
        this.hosts = new Hosts(properties.urls(), clock);
    }

    /**
     * Sends a call. Returns the answer when its head has arrived.
     *
     * @param limit the time for the whole call, including the body of the answer
     * @throws ForwardException if there is no answer
     */
    public ForwardedAnswer forward(ForwardedCall call, Duration limit) throws ForwardException {
        AppSecret secret = accounts.secret(call.appid());
        Deadline deadline = Deadline.in(limit);
        SendPermit permit = new SendPermit(() -> true);
        StringJoiner failures = new StringJoiner("; ");
        for (HttpUrl host : hosts.inOrder()) {
            try {
                ForwardedAnswer answer = new ForwardedAnswer(
                        http.open(request(call, host, secret), permit, deadline, new TransportFailures(host)),
                        confidential(call, secret));
                hosts.answered(host);
                return answer;
            } catch (TransportException e) {
                if (call.body() != null && call.body().isBroken()) {
                    throw new ForwardException(Reason.INCOMPLETE, "the request body did not arrive completely");
                }
                boolean late = e.reach() == Reach.SENT && deadline.left().isZero();
                if (!late) {
                    hosts.failed(host);
                }
                String text = SafeText.line(e.text(), secret::mask);
                if (e.reach() == Reach.SENT) {
                    // A call may take longer than the caller of this method allows: no fault of the host.
                    throw new ForwardException(late ? Reason.TIMEOUT : Reason.BROKEN, text);
                }
                failures.add(text);
            }
        }
        throw new ForwardException(Reason.UNREACHABLE, SafeText.line(failures.toString(), secret::mask));
    }

    /** Cancels the calls in progress and closes all connections. */
    @Override
    public void close() {
        http.cancelAll();
        pool.evictAll();
        timer.shutdownNow();
    }

    /** Returns what the answer must not show: the token and the AppSecret, if the call carries it. */
    private static List<String> confidential(ForwardedCall call, AppSecret secret) {
        Stream<String> token = Stream.ofNullable(call.token());
        return (call.secretParameter() == null ? token : Stream.of(secret.value()))
                .flatMap(text -> Stream.of(text, URLEncoder.encode(text, StandardCharsets.UTF_8)))
                .toList();
    }

    private static Request.Builder request(ForwardedCall call, HttpUrl host, AppSecret secret) {
        HttpUrl.Builder url = host.newBuilder().encodedPath(call.path());
        String query = query(call, secret);
        if (!query.isEmpty()) {
            url.encodedQuery(query);
        }
        Headers.Builder headers = new Headers.Builder();
        // The check for ASCII would refuse text that callers may send, and quote it.
        call.headers().forEach(header -> headers.addUnsafeNonAscii(header.getKey(), header.getValue()));
        return new Request.Builder().url(url.build()).headers(headers.build()).method(call.method(), body(call));
    }

    private static String query(ForwardedCall call, AppSecret secret) {
        String name = call.secretParameter();
        if (name == null) {
            return call.query();
        }
        String[] parameters = call.query().split("&", -1);
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i].equals(name + "=")) {
                parameters[i] += URLEncoder.encode(secret.value(), StandardCharsets.UTF_8);
            }
        }
        return String.join("&", parameters);
    }

    private static @Nullable RequestBody body(ForwardedCall call) {
        ForwardedCall.Body body = call.body();
        if (body == null) {
            // WeChat answers 412 to a POST without Content-Length.
            return call.method().equals("POST") ? RequestBody.EMPTY : null;
        }
        return new RequestBody() {
            @Override
            public okhttp3.@Nullable MediaType contentType() {
                // The header is forwarded as it is.
                return null;
            }

            @Override
            public long contentLength() {
                return body.length();
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                body.writeTo(sink.outputStream());
            }
        };
    }
}
