package io.github.wxtoken.api;

import static io.github.wxtoken.api.Rejection.badRequest;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The body of a report: {@code {"access_token":"<refused>"}}, or nothing. It is read token by token instead of being
 * bound, so that whatever is not exactly this is refused, and no refusal quotes it.
 */
final class ReportBody {

    private static final int MAX_BODY = 8 * 1024;
    private static final int MAX_TOKEN = 512;
    private static final String FIELD = "access_token";
    private static final String EXPECTED = "The body must be empty, or {\"access_token\":\"<the refused token>\"}: ";

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private ReportBody() {}

    /** The token that a report names, or null where it has no body. */
    static @Nullable String read(HttpServletRequest request) {
        byte[] body = body(request);
        if (body.length == 0) {
            return null;
        }
        requireJson(request);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), decode(body))) {
            return parse(parser);
        } catch (JacksonException e) {
            // Its message quotes the body.
            throw badRequest(EXPECTED + "it is not JSON.");
        }
    }

    private static String parse(JsonParser parser) {
        require(parser.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object.");
        String token = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            require(parser.currentName().equals(FIELD), "it has an unknown field.");
            require(token == null, "it has the field access_token twice.");
            require(parser.nextToken() == JsonToken.VALUE_STRING, "access_token is not a string.");
            token = parser.getString();
        }
        require(parser.nextToken() == null, "something comes after the JSON object.");
        if (token == null) {
            throw badRequest(EXPECTED + "access_token is missing.");
        }
        require(!token.isBlank() && token.length() <= MAX_TOKEN, "access_token must have 1 to 512 characters.");
        return token;
    }

    private static void require(boolean met, String complaint) {
        if (!met) {
            throw badRequest(EXPECTED + complaint);
        }
    }

    /** The bytes of the body; no more of them are read than tell that there are too many. */
    private static byte[] body(HttpServletRequest request) {
        if (request.getContentLengthLong() > MAX_BODY) {
            throw tooLarge();
        }
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(MAX_BODY + 1);
        } catch (SocketTimeoutException e) {
            throw new Rejection(HttpStatus.REQUEST_TIMEOUT, "The body did not arrive in time.");
        } catch (IOException e) {
            throw badRequest("The body could not be read to its end.");
        }
        if (body.length > MAX_BODY) {
            throw tooLarge();
        }
        return body;
    }

    private static Rejection tooLarge() {
        return new Rejection(HttpStatus.CONTENT_TOO_LARGE, "The body may have at most 8 KB.");
    }

    private static void requireJson(HttpServletRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
            throw unsupported("The body must not be compressed: send it without Content-Encoding.");
        }
        if (!isJson(request.getContentType())) {
            throw unsupported("The body must be sent as Content-Type: application/json, in UTF-8.");
        }
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            boolean utf8 = type.getCharset() == null || type.getCharset().equals(StandardCharsets.UTF_8);
            return utf8 && type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON);
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static Rejection unsupported(String message) {
        return new Rejection(HttpStatus.UNSUPPORTED_MEDIA_TYPE, message);
    }

    /** Strictly as UTF-8; left to itself, Jackson would take UTF-16 and UTF-32 as well. */
    private static String decode(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw badRequest(EXPECTED + "it is not UTF-8.");
        }
    }
}
