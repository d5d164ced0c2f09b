package io.github.wxtoken.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** An HTTP client of the simulated WeChat for the tests of this package. It never retries and follows no redirect. */
final class Caller {

    static final String APPID = "wx0123456789abcdef";
    static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final OkHttpClient http = new OkHttpClient.Builder()
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .build();

    private final URI host;

    Caller(URI host) {
        this.host = host;
    }

    Received token() {
        return get(tokenPath(APPID, SECRET));
    }

    Received probe(String token) {
        return get("/cgi-bin/getcallbackip?access_token=" + token);
    }

    Received sendMessage(String token, String json) {
        return post("/cgi-bin/message/custom/send?access_token=" + token, RequestBody.create(json, null));
    }

    Received get(String path) {
        return send(new Request.Builder().url(host.resolve(path).toString()).build());
    }

    Received post(String path, RequestBody body) {
        return send(new Request.Builder()
                .url(host.resolve(path).toString())
                .post(body)
                .build());
    }

    Received delete(String path) {
        return send(new Request.Builder()
                .url(host.resolve(path).toString())
                .delete()
                .build());
    }

    CompletableFuture<Received> tokenAsync() {
        return CompletableFuture.supplyAsync(this::token, command -> new Thread(command).start());
    }

    private Received send(Request request) {
        try (Response response = http.newCall(request).execute()) {
            String body = new String(response.body().bytes(), StandardCharsets.UTF_8);
            return new Received(response.code(), response.header("Content-Type"), response.header("Location"), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String tokenPath(String appid, String secret) {
        return "/cgi-bin/token?grant_type=client_credential&appid=%s&secret=%s".formatted(appid, secret);
    }

    /** A complete response. */
    record Received(int status, @Nullable String contentType, @Nullable String location, String body) {

        private static final Pattern ACCESS_TOKEN = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"");
        private static final Pattern ERRCODE = Pattern.compile("^\\{\"errcode\":(-?\\d+)");

        String accessToken() {
            return find(ACCESS_TOKEN);
        }

        int errcode() {
            return Integer.parseInt(find(ERRCODE));
        }

        private String find(Pattern pattern) {
            Matcher matcher = pattern.matcher(body);
            if (!matcher.find()) {
                throw new AssertionError("no " + pattern + " in " + body);
            }
            return matcher.group(1);
        }
    }
}
