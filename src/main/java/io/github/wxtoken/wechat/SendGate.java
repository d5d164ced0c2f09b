package io.github.wxtoken.wechat;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * A network interceptor that sends a request only if its {@link SendPermit} allows it. It runs after the connection is
 * established and before the first byte is sent, so a call that fails before it has not reached WeChat.
 */
final class SendGate implements Interceptor {

    @Override
    public Response intercept(Chain chain) throws IOException {
        SendPermit permit = chain.request().tag(SendPermit.class);
        if (permit == null || !permit.use(chain.call())) {
            throw new ClosedException();
        }
        // OkHttp resends a request by itself when the response has "503" and "Retry-After: 0".
        return chain.proceed(chain.request())
                .newBuilder()
                .removeHeader("Retry-After")
                .build();
    }

    /** Signals that the permit did not allow the request to be sent. */
    static final class ClosedException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
