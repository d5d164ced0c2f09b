package io.github.wxtoken.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A plain HTTP caller of the simulated WeChat, for the tests of this room. It follows no redirect. */
final class Caller {

    static final String APPID = "wx0123456789abcdef";
    static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static final Pattern ACCESS_TOKEN = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern ERRCODE = Pattern.compile("\"errcode\"\\s*:\\s*(-?\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final WeChatSimulator simulator;

    Caller(WeChatSimulator simulator) {
        this.simulator = simulator;
    }

    HttpResponse<String> token() throws IOException, InterruptedException {
        return get(tokenPath(APPID, SECRET));
    }

    HttpResponse<String> probe(String token) throws IOException, InterruptedException {
        return get("/cgi-bin/getcallbackip?access_token=" + token);
    }

    HttpResponse<String> sendMessage(String token, String json) throws IOException, InterruptedException {
        return send(
                request("/cgi-bin/message/custom/send?access_token=" + token).POST(BodyPublishers.ofString(json)));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path) {
        return at(simulator.hosts().get(0), path);
    }

    /** The timeout is a safety net, not something that is tested. */
    static HttpRequest.Builder at(URI host, String path) {
        return HttpRequest.newBuilder(host.resolve(path)).timeout(Duration.ofSeconds(20));
    }

    static String tokenPath(String appid, String secret) {
        return "/cgi-bin/token?grant_type=client_credential&appid=%s&secret=%s".formatted(appid, secret);
    }

    static String accessToken(HttpResponse<String> response) {
        return found(ACCESS_TOKEN, response);
    }

    static int errcode(HttpResponse<String> response) {
        return Integer.parseInt(found(ERRCODE, response));
    }

    private static String found(Pattern pattern, HttpResponse<String> response) {
        Matcher matcher = pattern.matcher(response.body());
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + response.body());
        }
        return matcher.group(1);
    }
}
