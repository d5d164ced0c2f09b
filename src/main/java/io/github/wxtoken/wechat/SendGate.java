package io.github.wxtoken.wechat;

import java.io.IOException;
import java.util.regex.Pattern;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A network interceptor that sends a request only if its {@link SendPermit} allows it. It runs after the connection is
 * established and before the first byte is sent, so a call that fails before it has not reached WeChat.
 */
final class SendGate implements Interceptor {

    private static final int SERVICE_UNAVAILABLE = 503;
    private static final String RETRY_AFTER = "Retry-After";
    private static final Pattern NOW = Pattern.compile("0+");
    private static final Pattern TOO_LONG = Pattern.compile("[0-9]{10,}");

    @Override
    public Response intercept(Chain chain) throws IOException {
        SendPermit permit = chain.request().tag(SendPermit.class);
        if (permit == null || !permit.use(chain.call())) {
            throw new ClosedException();
        }
        Response response = chain.proceed(chain.request());
        return response.code() == SERVICE_UNAVAILABLE ? withoutRetry(response) : response;
    }

    /** Changes a Retry-After that OkHttp would act upon by itself: it resends at once for 0, and fails on large numbers. */
    private static Response withoutRetry(Response response) {
        String seconds = response.header(RETRY_AFTER);
        String instead = seconds == null ? null : instead(seconds);
        return instead == null
                ? response
                : response.newBuilder().header(RETRY_AFTER, instead).build();
    }

    private static @Nullable String instead(String seconds) {
        if (NOW.matcher(seconds).matches()) {
            return "1";
        }
        return TOO_LONG.matcher(seconds).matches() ? "999999999" : null;
    }

    /** Signals that the permit did not allow the request to be sent. */
    static final class ClosedException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
