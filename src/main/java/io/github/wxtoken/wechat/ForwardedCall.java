package io.github.wxtoken.wechat;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that a caller makes to WeChat through this server. Its {@link #toString()} hides the query.
 *
 * @param appid the account, whose AppSecret is put in
 * @param method the HTTP method
 * @param path the path at WeChat, as it is sent
 * @param query the query as it is sent, without the question mark; empty if there is none
 * @param secretParameter the name of a parameter that the query has without a value, to which the AppSecret is added;
 *     null if there is none
 * @param token the access_token that was put into the query, which must not come back to the caller; null if none was
 * @param headers the end-to-end headers of the call
 * @param body the body, or null if there is none
 */
public record ForwardedCall(
        String appid,
        String method,
        String path,
        String query,
        @Nullable String secretParameter,
        @Nullable String token,
        List<Map.Entry<String, String>> headers,
        @Nullable Body body) {

    public ForwardedCall {
        headers = List.copyOf(headers);
    }

    /** Returns the same call with another query, which has this access_token. */
    public ForwardedCall with(String otherQuery, String accessToken) {
        return new ForwardedCall(appid, method, path, otherQuery, secretParameter, accessToken, headers, body);
    }

    @Override
    public String toString() {
        return "ForwardedCall[" + appid + ", " + method + "]";
    }

    /** The body of a call. */
    public interface Body {

        /** Returns the length in bytes. */
        long length();

        /**
         * Writes the whole body.
         *
         * @throws IOException if it cannot be read or written
         */
        void writeTo(OutputStream out) throws IOException;

        /** Returns whether the body could not be read from the client. Then a failed call is not WeChat's fault. */
        boolean isBroken();
    }
}
