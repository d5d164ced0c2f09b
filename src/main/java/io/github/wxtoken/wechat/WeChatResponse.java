package io.github.wxtoken.wechat;

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
 * What came back from a host that was asked: a JSON object of WeChat's, or something else. JSON in UTF-8 is what counts,
 * whatever the headers call it.
 */
final class WeChatResponse {

    /** WeChat's answers have a few hundred bytes. */
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
        return new WeChatResponse(status, "answer was not one of WeChat's" + origin, json.isObject() ? json : NOTHING);
    }

    private static @Nullable JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            // Its message quotes the answer, which may hold a token.
            return null;
        }
    }

    /** What is wrong with it, where it has none of the fields looked for. */
    String flaw() {
        return flaw;
    }

    /** Whether whoever answered says that it did not do the call; after any other status it may have been done. */
    boolean refused() {
        return status >= 300 && status < 500;
    }

    /** WeChat's error code, 0 for success, or null for none. */
    @Nullable
    Integer errcode() {
        Long code = number("errcode");
        return code == null || code.intValue() != code ? null : code.intValue();
    }

    String errmsg() {
        String text = text("errmsg");
        return text == null ? "" : text;
    }

    /** A field that is a text and not empty, or null. */
    @Nullable
    String text(String field) {
        JsonNode value = object.path(field);
        return value.isString() && !value.stringValue().isEmpty() ? value.stringValue() : null;
    }

    /** A field that is a number or reads like one, rounded down to what a long can hold, or null. */
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

    /** Whether a field is a list. */
    boolean hasList(String field) {
        return object.path(field).isArray();
    }

    /** Only what cannot be a token. */
    @Override
    public String toString() {
        return "Answer[status=" + status + ", errcode=" + errcode() + "]";
    }
}
