package io.github.wxtoken.wechat;

import io.github.wxtoken.token.Hints;
import io.github.wxtoken.wechat.TransportException.Reach;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.HttpUrl;

/**
 * Describes in plain words how a call to a host failed. It listens to the call's events to tell a failure of the
 * forward proxy from one of WeChat's host: until TLS begins, only the proxy has been reached.
 */
final class TransportFailures extends EventListener {

    /** The text for a request that was not sent because the permit to send it had ended. */
    static final String TOO_LATE = "not sent: no time left";

    /** OkHttp's message about a proxy's answer to CONNECT; no exception has the status. */
    private static final Pattern CONNECT_STATUS = Pattern.compile("response code for CONNECT: (\\d{3})");

    private static final int SERVER_ERROR = 500;

    private final String host;
    private volatile Proxy proxy = Proxy.NO_PROXY;
    private volatile boolean tlsBegan;
    private boolean answerBegan;

    TransportFailures(HttpUrl url) {
        this.host = Hosts.name(url);
    }

    @Override
    public void proxySelectEnd(Call call, HttpUrl url, List<Proxy> proxies) {
        proxy = proxies.get(0);
    }

    @Override
    public void connectStart(Call call, InetSocketAddress inetSocketAddress, Proxy by) {
        proxy = by;
    }

    @Override
    public void secureConnectStart(Call call) {
        tlsBegan = true;
    }

    /** Records that the head of a response has arrived. */
    void answerBegan() {
        answerBegan = true;
    }

    /** Returns the failure of a request that certainly did not reach WeChat. */
    TransportException beforeSending(IOException e, boolean tooSlow) {
        if (e instanceof SendGate.ClosedException && !tooSlow) {
            return new TransportException(Reach.NOT_PERMITTED, TOO_LATE, Hints.EGRESS);
        }
        if (proxy.type() == Proxy.Type.HTTP && !tlsBegan) {
            return atProxy(e, tooSlow || e instanceof InterruptedIOException);
        }
        if (tooSlow || e instanceof InterruptedIOException) {
            return notConnected("connect to " + target() + " timed out", Hints.EGRESS);
        }
        if (e instanceof UnknownHostException) {
            return notConnected("the name " + host + " does not resolve", Hints.EGRESS);
        }
        if (e instanceof SSLException) {
            return notConnected(
                    "TLS handshake with " + target() + " failed: " + e.getMessage(),
                    isUntrusted(e) ? Hints.CERTIFICATE : Hints.EGRESS);
        }
        return notConnected("connect to " + target() + " failed: " + rootMessage(e), Hints.EGRESS);
    }

    /** Returns the failure of a call that did not get beyond the proxy. The text has nothing that the proxy sent. */
    private TransportException atProxy(IOException e, boolean timedOut) {
        String named = "the proxy " + ForwardProxy.name(proxy);
        if (timedOut) {
            return notConnected(named + " did not connect to " + host + " in time", Hints.FORWARD_PROXY);
        }
        if (e instanceof UnknownHostException) {
            return notConnected("the name of " + named + " does not resolve", Hints.FORWARD_PROXY);
        }
        if (e instanceof ForwardProxy.LoginException login) {
            return notConnected(named + " " + login.problem() + " (HTTP 407)", Hints.PROXY_LOGIN);
        }
        String message = rootMessage(e);
        Matcher status = CONNECT_STATUS.matcher(message);
        if (status.find()) {
            int code = Integer.parseInt(status.group(1));
            return code >= SERVER_ERROR
                    ? notConnected(named + " cannot connect to " + host + " (HTTP " + code + ")", Hints.BEHIND_PROXY)
                    : notConnected(
                            named + " refuses to connect to " + host + " (HTTP " + code + ")", Hints.PROXY_REFUSES);
        }
        if (e instanceof ProtocolException) {
            return notConnected(named + " did not answer with valid HTTP", Hints.FORWARD_PROXY);
        }
        if (rootCause(e) instanceof EOFException) {
            return notConnected(named + " closed the connection without an answer", Hints.FORWARD_PROXY);
        }
        return notConnected("connection to " + named + " failed: " + message, Hints.FORWARD_PROXY);
    }

    private static TransportException notConnected(String text, String hint) {
        return new TransportException(Reach.NOT_CONNECTED, text, hint);
    }

    /** Returns the failure of a request that may have reached WeChat. */
    TransportException afterSending(IOException e, Duration limit) {
        String text;
        if (e instanceof InterruptedIOException) {
            text = (answerBegan ? "no complete answer from " : "no answer from ") + target() + " within "
                    + inWords(limit);
        } else if (e instanceof ProtocolException && !answerBegan) {
            text = "answer from " + target() + " was not valid HTTP";
        } else {
            text = "connection to " + target() + " closed "
                    + (answerBegan ? "in the middle of the answer" : "before an answer");
        }
        return new TransportException(Reach.SENT, text, Hints.EGRESS);
    }

    /** Names the host, and the proxy if there is one, which may be the cause as well. */
    private String target() {
        String via = ForwardProxy.name(proxy);
        return via.isEmpty() ? host : host + " through the proxy " + via;
    }

    /** Formats a duration in seconds, or in milliseconds if it is not a whole number of seconds. */
    private static String inWords(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    /** Returns whether the other side presented a certificate that this server does not trust. */
    private static boolean isUntrusted(IOException e) {
        return e instanceof SSLPeerUnverifiedException || e.getCause() instanceof CertificateException;
    }

    private static String rootMessage(Throwable e) {
        Throwable root = rootCause(e);
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    private static Throwable rootCause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
