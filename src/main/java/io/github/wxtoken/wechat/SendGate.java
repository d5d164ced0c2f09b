package io.github.wxtoken.wechat;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Lets a request pass only by its {@link SendPermit}. It stands between the finished connection and the first byte that
 * is sent, so that all failures before it surely did not reach WeChat.
 */
final class SendGate implements Interceptor {

    @Override
    public Response intercept(Chain chain) throws IOException {
        SendPermit permit = chain.request().tag(SendPermit.class);
        if (permit == null || !permit.use(chain.call())) {
            throw new ClosedException();
        }
        // OkHttp sends a request again by itself when it reads "503" and "Retry-After: 0".
        return chain.proceed(chain.request())
                .newBuilder()
                .removeHeader("Retry-After")
                .build();
    }

    /** The gate was closed. */
    static final class ClosedException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
