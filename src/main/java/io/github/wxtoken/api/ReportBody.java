package io.github.wxtoken.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of a report, {@code {"access_token":"..."}}: read strictly, so that a caller's mistake is told instead of being
 * taken for a report about the current token. Its errors never repeat what was in it.
 */
final class ReportBody {

    private static final int LONGEST = 8 * 1024;

    /** WeChat says to reserve 512 characters for a token. */
    private static final int LONGEST_TOKEN = 512;

    private static final String FIELD = "access_token";

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ReportBody() {}

    /**
     * The refused token, or null where there is no body.
     *
     * @throws Rejection if the body is anything else than what it should be
     */
    static @Nullable String read(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(LONGEST + 1);
        if (body.length > LONGEST) {
            throw new Rejection(HttpStatus.CONTENT_TOO_LARGE, "The body is longer than 8 KB.");
        }
        if (body.length == 0) {
            return null;
        }
        requireJson(request);
        return token(parse(body));
    }

    private static void requireJson(HttpServletRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.toLowerCase(Locale.ROOT).equals("identity")) {
            throw new Rejection(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.");
        }
        if (!isJson(request.getContentType())) {
            throw new Rejection(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json, in UTF-8, or left out.");
        }
    }

    private static boolean isJson(@Nullable String type) {
        try {
            MediaType media = type == null ? MediaType.ALL : MediaType.parseMediaType(type);
            return media.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
                    && (media.getCharset() == null || media.getCharset().equals(StandardCharsets.UTF_8));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static JsonNode parse(byte[] body) {
        try {
            // The parser would guess other encodings, and take what is no UTF-8 for something else.
            return STRICT.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (JacksonException | CharacterCodingException e) {
            throw malformed("The body is not JSON.");
        }
    }

    private static String token(JsonNode json) {
        JsonNode token = json.path(FIELD);
        if (!json.isObject() || !token.isString() || json.size() > 1) {
            throw malformed("The body must be a JSON object with the single field \"access_token\", a string.");
        }
        String value = token.stringValue();
        if (value.isBlank() || value.length() > LONGEST_TOKEN) {
            throw malformed("The field \"access_token\" must have 1 to 512 characters.");
        }
        return value;
    }

    private static Rejection malformed(String message) {
        return new Rejection(HttpStatus.BAD_REQUEST, message);
    }
}
