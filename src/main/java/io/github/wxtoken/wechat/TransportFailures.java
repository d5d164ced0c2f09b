package io.github.wxtoken.wechat;

import io.github.wxtoken.token.Hints;
import io.github.wxtoken.wechat.TransportException.Reach;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.HttpUrl;

/** Describes in plain words how a call to a host failed. */
final class TransportFailures {

    /** The text for a request that was not sent because the permit to send it had ended. */
    static final String TOO_LATE = "not sent: no time left";

    private final String host;
    private boolean answerBegan;

    TransportFailures(HttpUrl url) {
        this.host = Hosts.name(url);
    }

    /** Records that the head of a response has arrived. */
    void answerBegan() {
        answerBegan = true;
    }

    /** Returns the failure of a request that certainly did not reach WeChat. */
    TransportException beforeSending(IOException e, boolean tooSlow) {
        String text;
        String hint = Hints.EGRESS;
        if (e instanceof SendGate.ClosedException && !tooSlow) {
            return new TransportException(Reach.NOT_PERMITTED, TOO_LATE, hint);
        }
        if (tooSlow || e instanceof InterruptedIOException) {
            text = "connect to " + host + " timed out";
        } else if (e instanceof UnknownHostException) {
            text = "the name " + host + " does not resolve";
        } else if (e instanceof SSLException) {
            text = "TLS handshake with " + host + " failed: " + e.getMessage();
            hint = isUntrusted(e) ? Hints.CERTIFICATE : hint;
        } else {
            text = "connect to " + host + " failed: " + rootMessage(e);
        }
        return new TransportException(Reach.NOT_CONNECTED, text, hint);
    }

    /** Returns the failure of a request that may have reached WeChat. */
    TransportException afterSending(IOException e, Duration limit) {
        String text;
        if (e instanceof InterruptedIOException) {
            text = (answerBegan ? "no complete answer from " : "no answer from ") + host + " within " + inWords(limit);
        } else if (e instanceof ProtocolException && !answerBegan) {
            text = "answer from " + host + " was not valid HTTP";
        } else {
            text = "connection to " + host + " closed "
                    + (answerBegan ? "in the middle of the answer" : "before an answer");
        }
        return new TransportException(Reach.SENT, text, Hints.EGRESS);
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
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }
}
