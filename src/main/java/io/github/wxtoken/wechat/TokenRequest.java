package io.github.wxtoken.wechat;

import io.github.wxtoken.token.TokenKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import tools.jackson.databind.json.JsonMapper;

/** What is asked of WeChat to get a token: a request that any host can be asked, and where its answer has the token. */
final class TokenRequest {

    private static final String GRANT_TYPE = "client_credential";
    private static final MediaType JSON = MediaType.get("application/json");
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Function<HttpUrl, Request.Builder> request;
    private final WeChatCall call;
    private final AppSecret secret;

    private TokenRequest(WeChatCall call, AppSecret secret, Function<HttpUrl, Request.Builder> request) {
        this.call = call;
        this.secret = secret;
        this.request = request;
    }

    /** {@code GET /cgi-bin/token}. */
    static TokenRequest classic(String appid, AppSecret secret) {
        return new TokenRequest(WeChatCall.TOKEN, secret, host -> new Request.Builder()
                .url(host.newBuilder()
                        .addPathSegments("cgi-bin/token")
                        .addQueryParameter("grant_type", GRANT_TYPE)
                        .addQueryParameter("appid", appid)
                        .addQueryParameter("secret", secret.value())
                        .build()));
    }

    /**
     * {@code POST /cgi-bin/stable_token}. WeChat refuses a body without a {@code Content-Length}; this one has it, being an
     * array of bytes.
     */
    static TokenRequest stable(String appid, AppSecret secret, boolean forced) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("grant_type", GRANT_TYPE);
        body.put("appid", appid);
        body.put("secret", secret.value());
        body.put("force_refresh", forced);
        return new TokenRequest(WeChatCall.STABLE_TOKEN, secret, host -> new Request.Builder()
                .url(host.newBuilder().addPathSegments("cgi-bin/stable_token").build())
                .post(RequestBody.create(MAPPER.writeValueAsBytes(body), JSON)));
    }

    /** {@code GET /cgi-bin/ticket/getticket}. */
    static TokenRequest ticket(TokenKind kind, String accessToken) {
        return new TokenRequest(WeChatCall.GETTICKET, AppSecret.of(accessToken), host -> new Request.Builder()
                .url(host.newBuilder()
                        .addPathSegments("cgi-bin/ticket/getticket")
                        .addQueryParameter("access_token", accessToken)
                        .addQueryParameter("type", kind.type())
                        .build()));
    }

    /** The request to one host. */
    Request.Builder to(HttpUrl host) {
        return request.apply(host);
    }

    /** Which of WeChat's calls it is. */
    WeChatCall call() {
        return call;
    }

    /** The field of the answer that has the token. */
    String field() {
        return call.field();
    }

    /** What it carries that nobody may get to see. */
    AppSecret secret() {
        return secret;
    }

    /** Whether an access_token is sent with it, which may be refused. */
    boolean takesAccessToken() {
        return call.takesAccessToken();
    }
}
