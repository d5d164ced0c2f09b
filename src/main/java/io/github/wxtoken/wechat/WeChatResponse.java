package io.github.wxtoken.wechat;

import io.github.wxtoken.token.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The response of a host: a JSON object from WeChat, or something else. The body is parsed as JSON in UTF-8, whatever
 * content type the headers declare.
 */
final class WeChatResponse {

    /** WeChat's responses have a few hundred bytes. */
    private static final long LONGEST = 64 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final JsonNode NOTHING = JSON.createObjectNode();
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    private final int status;
    private final String flaw;
    private final JsonNode object;

    private WeChatResponse(int status, String flaw, JsonNode object) {
        this.status = status;
        this.flaw = flaw;
        this.object = object;
    }

    static WeChatResponse read(Response response) throws IOException {
        int status = response.code();
        MediaType type = response.body().contentType();
        String origin = " (HTTP " + status + (type == null ? "" : ", " + type.type() + "/" + type.subtype()) + ")";
        BufferedSource source = response.body().source();
        if (source.request(LONGEST + 1)) {
            return new WeChatResponse(status, "answer was over 64 KB" + origin, NOTHING);
        }
        String body = source.readString(StandardCharsets.UTF_8);
        if (body.isBlank()) {
            return new WeChatResponse(status, "answer was empty" + origin, NOTHING);
        }
        JsonNode json = parse(body.startsWith("\uFEFF") ? body.substring(1) : body);
        if (json == null) {
            return new WeChatResponse(status, "answer was not JSON" + origin, NOTHING);
        }
        return new WeChatResponse(status, "answer was not from WeChat" + origin, json.isObject() ? json : NOTHING);
    }

    private static @Nullable JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            // Its message quotes the response, which may contain a token.
            return null;
        }
    }

    /**
     * Describes what is wrong with a response that has none of the expected fields. It quotes the response's headers,
     * so it must be made safe to show.
     */
    String flaw() {
        return flaw;
    }

    /** Returns whether the status says that the call was not executed; with any other status it may have been. */
    boolean refused() {
        return status >= 300 && status < 500;
    }

    /** Returns WeChat's error code, 0 for success, or null if there is none. */
    @Nullable
    Integer errcode() {
        Long code = number("errcode");
        return code == null || code.intValue() != code ? null : code.intValue();
    }

    String errmsg() {
        String text = text("errmsg");
        return text == null ? "" : text;
    }

    /** Returns a field if it is a string that is not empty, or null. */
    @Nullable
    String text(String field) {
        JsonNode value = object.path(field);
        return value.isString() && !value.stringValue().isEmpty() ? value.stringValue() : null;
    }

    /** Returns a field if it is a well-formed token, or null. */
    @Nullable
    String token(String field) {
        String value = text(field);
        return value != null && Token.isWellFormed(value) ? value : null;
    }

    /** Returns a field that is a number or a numeric string, rounded down and clamped to a long, or null. */
    @Nullable
    Long number(String field) {
        JsonNode value = object.path(field);
        if (!value.isNumber() && !value.isString()) {
            return null;
        }
        String digits = value.asString();
        if (!NUMBER.matcher(digits).matches()) {
            return null;
        }
        try {
            return Long.valueOf(digits);
        } catch (NumberFormatException e) {
            return (long) Math.floor(Double.parseDouble(digits));
        }
    }

    /** Returns whether a field is a list. */
    boolean hasList(String field) {
        return object.path(field).isArray();
    }

    /** Shows only parts that cannot contain a token. */
    @Override
    public String toString() {
        return "WeChatResponse[status=" + status + ", errcode=" + errcode() + "]";
    }
}
