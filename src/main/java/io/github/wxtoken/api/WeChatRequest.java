package io.github.wxtoken.api;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of a request to one of WeChat's paths, from the query, a form or a JSON object. Like WeChat, it ignores
 * unknown fields. Its {@link #toString()} hides the values.
 */
final class WeChatRequest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern FORM = Pattern.compile("(?i:application/x-www-form-urlencoded)(;.*)?");

    private final Map<String, String> fields;
    private final boolean forced;

    private WeChatRequest(Map<String, String> fields, boolean forced) {
        this.fields = fields;
        this.forced = forced;
    }

    /** Reads the fields from the query; those of a form take precedence. */
    static WeChatRequest ofParameters(HttpServletRequest request, BodyReader bodies) {
        Map<String, String> fields = new HashMap<>();
        // Before the query: reading parameters first would make Tomcat read the form without our limits.
        byte[] form = request.getMethod().equals("POST") ? bodies.read(request, null) : new byte[0];
        Query.parameters(request).forEach((name, values) -> fields.put(name, values[0]));
        String type = request.getContentType();
        if (type != null && FORM.matcher(type).matches()) {
            for (String pair : new String(form, StandardCharsets.UTF_8).split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    fields.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
                }
            }
        }
        return new WeChatRequest(fields, false);
    }

    /** Reads the fields from a JSON object. */
    static WeChatRequest ofJson(HttpServletRequest request, BodyReader bodies) {
        byte[] body = bodies.read(request, null);
        if (body.length == 0) {
            throw new WeChatError(44002, "empty post data");
        }
        String type = request.getContentType();
        if (type != null && FORM.matcher(type).matches()) {
            // Like WeChat, which expects JSON and finds no fields.
            return new WeChatRequest(Map.of(), false);
        }
        JsonNode json = parse(body);
        if (!json.isObject()) {
            throw malformed();
        }
        Map<String, String> fields = new HashMap<>();
        json.properties().forEach(field -> {
            if (field.getValue().isString()) {
                fields.put(field.getKey(), field.getValue().stringValue());
            }
        });
        return new WeChatRequest(fields, json.path("force_refresh").asBoolean(false));
    }

    /** Returns a field, or null if it is missing or empty. */
    @Nullable
    String get(String name) {
        String value = fields.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** Returns a mandatory field, or throws a {@link WeChatError} with the code that WeChat has for its absence. */
    String require(String name, int errcode) {
        String value = get(name);
        if (value == null) {
            throw new WeChatError(errcode, name + " missing");
        }
        return value;
    }

    /** Returns whether {@code force_refresh} is set. */
    boolean forced() {
        return forced;
    }

    @Override
    public String toString() {
        return "WeChatRequest" + fields.keySet();
    }

    private static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            // Its message quotes the body.
            throw malformed();
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static WeChatError malformed() {
        return new WeChatError(47001, "data format error");
    }
}
