package io.github.wxtoken.wechat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * A network interceptor that detects a pooled connection which the host has closed, before anything is sent on it. Later,
 * nobody could tell whether the host has received the request. OkHttp itself checks only connections that were idle for
 * ten seconds. A check takes a millisecond, so a connection that was just in use is not checked.
 *
 * <p>It also sees each new connection, and has it send at once what is written.
 */
final class StaleConnections implements Interceptor {

    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** When each connection was last used. */
    private final Map<Connection, Long> used = Collections.synchronizedMap(new WeakHashMap<>());

    @Override
    public Response intercept(Chain chain) throws IOException {
        Connection connection = Objects.requireNonNull(chain.connection());
        Long before = used.get(connection);
        if (before == null) {
            // Otherwise the end of a body waits up to 40 ms for an acknowledgement of what was sent before.
            connection.socket().setTcpNoDelay(true);
        } else if (System.nanoTime() - before > FRESH_NANOS && isClosed(connection.socket())) {
            throw new StaleException();
        }
        try {
            return chain.proceed(chain.request());
        } finally {
            used.put(connection, System.nanoTime());
        }
    }

    /** Between two calls a host sends nothing, so any byte is a sign of a broken connection as well. */
    private static boolean isClosed(Socket socket) {
        try {
            int timeout = socket.getSoTimeout();
            socket.setSoTimeout(1);
            boolean silent = isSilent(socket);
            // Fails if the read has closed the socket.
            socket.setSoTimeout(timeout);
            return !silent;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isSilent(Socket socket) throws IOException {
        try {
            socket.getInputStream().read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    /** Signals that nothing was sent because the connection is closed. */
    static final class StaleException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
