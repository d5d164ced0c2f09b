package io.github.wxtoken.api;

import static io.github.wxtoken.api.Rejection.badRequest;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.caller.Callers;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The body of a report: {@code {"access_token":"<refused>"}}, or nothing. It is read token by token instead of being
 * bound, so that whatever is not exactly this is refused, and no refusal quotes it. Thread-safe.
 */
@Component
final class ReportBody {

    private static final int MAX_BODY = 8 * 1024;
    private static final int MAX_TOKEN = 512;
    private static final Semaphore NONE = new Semaphore(0);
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final String FIELD = "access_token";
    private static final String EXPECTED = "The body must be empty, or {\"access_token\":\"<the refused token>\"}: ";

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /**
     * How many threads each caller may keep waiting for bodies that are slow to come. Its own, so that one who sends slowly
     * is in nobody's way but its own.
     */
    private final Map<Caller, Semaphore> slow = new HashMap<>();

    ReportBody(Callers callers, TomcatServerProperties tomcat) {
        int share = Math.max(1, tomcat.getThreads().getMax() / 8);
        callers.all().forEach(caller -> slow.put(caller, new Semaphore(share)));
    }

    /** The token that a report names, or null where it has no body. */
    @Nullable
    String read(HttpServletRequest request, Caller caller) {
        byte[] body = body(request, slow.getOrDefault(caller, NONE));
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
    private static byte[] body(HttpServletRequest request, Semaphore slow) {
        if (request.getContentLengthLong() > MAX_BODY) {
            throw tooLarge();
        }
        byte[] body;
        try {
            body = readWithinTime(request.getInputStream(), slow);
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

    /** Reads what has come already; for what has not, a caller may wait only so often, and only for so long. */
    private static byte[] readWithinTime(ServletInputStream in, Semaphore slow) throws IOException {
        byte[] buffer = new byte[MAX_BODY + 1];
        int length = 0;
        boolean waits = false;
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            while (length < buffer.length && !in.isFinished()) {
                if (!waits && in.available() == 0) {
                    waits = slow.tryAcquire();
                    if (!waits) {
                        throw new Rejection(
                                HttpStatus.SERVICE_UNAVAILABLE,
                                "Too many bodies of this caller are slow to come: send each at once.");
                    }
                }
                int read = in.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    break;
                }
                length += read;
                // Each packet has a time-out of its own; this one is for those who send byte by byte.
                if (System.nanoTime() - end > 0) {
                    throw new SocketTimeoutException();
                }
            }
        } finally {
            if (waits) {
                slow.release();
            }
        }
        return Arrays.copyOf(buffer, length);
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
