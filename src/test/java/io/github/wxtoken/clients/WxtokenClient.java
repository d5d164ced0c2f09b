package io.github.wxtoken.clients;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Caches the access_token of an account for as long as wxtoken allows, and reports it when WeChat refuses it. */
final class WxtokenClient {

    private static final Set<Integer> REFUSED = Set.of(40001, 40014, 42001);

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final URI wxtoken;
    private final String key;
    private String token = "";
    private long until;

    WxtokenClient(URI wxtoken, String key) {
        this.wxtoken = wxtoken;
        this.key = key;
    }

    /** Calls WeChat and retries once with another token if WeChat refuses the first. */
    JsonNode call(String url) throws IOException, InterruptedException {
        String used = token();
        JsonNode answer = get(url + "?access_token=" + used);
        if (REFUSED.contains(answer.path("errcode").asInt(0))) {
            answer = get(url + "?access_token=" + report(used));
        }
        return answer;
    }

    private synchronized String token() throws IOException, InterruptedException {
        if (System.nanoTime() - until >= 0 || token.isEmpty()) {
            keep(HttpRequest.newBuilder(wxtoken.resolve("/token")).GET());
        }
        return token;
    }

    private synchronized String report(String refused) throws IOException, InterruptedException {
        if (token.equals(refused)) {
            keep(HttpRequest.newBuilder(wxtoken.resolve("/token/refresh"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"access_token\":\"" + refused + "\"}")));
        }
        return token;
    }

    private void keep(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request.header("Authorization", "Bearer " + key).build(), BodyHandlers.ofString());
        JsonNode answer = json.readTree(response.body());
        if (response.statusCode() != 200) {
            throw new IOException("wxtoken: " + answer.path("detail").asString());
        }
        token = answer.path("access_token").asString();
        until = System.nanoTime() + answer.path("expires_in").asLong() * 1_000_000_000L;
    }

    private JsonNode get(String url) throws IOException, InterruptedException {
        return json.readTree(http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body());
    }
}
