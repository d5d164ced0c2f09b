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

/** A request to WeChat for a token or ticket. It fits any host and specifies the response's token field. */
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

    /** Creates {@code GET /cgi-bin/token}. */
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
     * Creates {@code POST /cgi-bin/stable_token}. WeChat rejects a body without {@code Content-Length}; a byte array
     * always has one.
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

    /** Creates {@code GET /cgi-bin/ticket/getticket}. */
    static TokenRequest ticket(TokenKind kind, String accessToken) {
        return new TokenRequest(WeChatCall.GETTICKET, AppSecret.of(accessToken), host -> new Request.Builder()
                .url(host.newBuilder()
                        .addPathSegments("cgi-bin/ticket/getticket")
                        .addQueryParameter("access_token", accessToken)
                        .addQueryParameter("type", kind.type())
                        .build()));
    }

    /** Returns the request for one host. */
    Request.Builder to(HttpUrl host) {
        return request.apply(host);
    }

    /** Returns the API call that this request makes. */
    WeChatCall call() {
        return call;
    }

    /** Returns the response field that contains the token. */
    String field() {
        return call.field();
    }

    /** Returns the secret in the request, which must never be shown. */
    AppSecret secret() {
        return secret;
    }

    /** Returns whether the request carries an access_token, which WeChat may reject. */
    boolean takesAccessToken() {
        return call.takesAccessToken();
    }
}
