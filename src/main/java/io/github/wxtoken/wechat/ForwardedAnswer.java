package io.github.wxtoken.wechat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.Response;

/** WeChat's answer to a forwarded call. It must be closed. */
public final class ForwardedAnswer implements AutoCloseable {

    private final Response response;
    private final List<String> confidential;

    /** Creates the answer to a call that carried confidential texts, in plain text and as they are in a URL. */
    ForwardedAnswer(Response response, List<String> confidential) {
        this.response = response;
        this.confidential = List.copyOf(confidential);
    }

    /** Returns the HTTP status. */
    public int status() {
        return response.code();
    }

    /**
     * Returns the headers in the order in which they arrived, but none that contains the token or the AppSecret of the
     * call, as the {@code Location} of a redirect may.
     */
    public List<Map.Entry<String, String>> headers() {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        response.headers().forEach(header -> {
            if (!reveals(header.getSecond())) {
                headers.add(Map.entry(header.getFirst(), header.getSecond()));
            }
        });
        return headers;
    }

    /** Returns whether a part of the answer contains the token or the AppSecret of the call. */
    public boolean reveals(String part) {
        return confidential.stream().anyMatch(part::contains);
    }

    /** Returns the length of the body, or -1 if WeChat did not announce it. */
    public long length() {
        return response.body().contentLength();
    }

    /** Returns the body as it was sent, still with its {@code Content-Encoding}. */
    public InputStream body() {
        return response.body().byteStream();
    }

    /**
     * Returns the bytes at the beginning of the body, without consuming them.
     *
     * @param most the number of bytes to wait for; fewer are returned only if the body ends before
     * @throws IOException if the answer does not arrive
     */
    public byte[] beginning(int most) throws IOException {
        return response.peekBody(most).bytes();
    }

    @Override
    public void close() {
        response.close();
    }
}
