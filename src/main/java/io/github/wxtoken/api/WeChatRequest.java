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
 * A request on one of WeChat's paths: its fields, wherever WeChat takes them from. What it does not know is ignored, as
 * WeChat does. Its {@link #toString()} hides the values.
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

    /** One with its fields in the query, and those of a form over them. */
    static WeChatRequest ofParameters(HttpServletRequest request, BodyReader bodies) {
        Map<String, String> fields = new HashMap<>();
        // Before the query: reading parameters first would have Tomcat read the form, and not within bounds.
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

    /** One with its fields in a JSON object. */
    static WeChatRequest ofJson(HttpServletRequest request, BodyReader bodies) {
        byte[] body = bodies.read(request, null);
        if (body.length == 0) {
            throw new WeChatError(44002, "empty post data");
        }
        String type = request.getContentType();
        if (type != null && FORM.matcher(type).matches()) {
            // As WeChat does: it looks for the fields in JSON, and finds none.
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

    /** A field, or null where it is missing or empty. */
    @Nullable
    String get(String name) {
        String value = fields.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** A field that WeChat misses with its own code. */
    String require(String name, int errcode) {
        String value = get(name);
        if (value == null) {
            throw new WeChatError(errcode, name + " missing");
        }
        return value;
    }

    /** Whether it wants another token than the current one. */
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
