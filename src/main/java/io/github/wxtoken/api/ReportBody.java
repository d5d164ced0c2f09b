package io.github.wxtoken.api;

import static io.github.wxtoken.api.RejectedRequestException.badRequest;

import io.github.wxtoken.caller.Caller;
import io.github.wxtoken.support.Message;
import io.github.wxtoken.token.Token;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
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
 * Reads the body of a report: {@code {"access_token":"<refused>"}}, or nothing. It parses the JSON token by token
 * instead of binding it, to reject every other body without quoting it. Thread-safe.
 */
@Component
final class ReportBody {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final BodyReader bodies;

    ReportBody(BodyReader bodies) {
        this.bodies = bodies;
    }

    /**
     * Returns the value of the field in a report, or null if the report has no body.
     *
     * @throws RejectedRequestException if the body cannot be read or is anything else
     */
    @Nullable
    String read(HttpServletRequest request, Caller caller, String field) {
        byte[] body = bodies.read(request, caller);
        if (body.length == 0) {
            return null;
        }
        requireJson(request);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), decode(body, field))) {
            return parse(parser, field);
        } catch (JacksonException e) {
            // Its message quotes the body.
            throw unexpected(field, "report.json");
        }
    }

    private static String parse(JsonParser parser, String field) {
        require(parser.nextToken() == JsonToken.START_OBJECT, field, "report.object");
        String token = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            require(parser.currentName().equals(field), field, "report.unknown_field");
            require(token == null, field, "report.twice");
            require(parser.nextToken() == JsonToken.VALUE_STRING, field, "report.string");
            token = parser.getString();
        }
        require(parser.nextToken() == null, field, "report.more");
        if (token == null) {
            throw unexpected(field, "report.missing");
        }
        // No other check of its form: any other value is unknown, and so is answered as superseded.
        boolean fits = !token.isBlank() && token.length() <= Token.MAX_LENGTH;
        require(fits, field, "report.length");
        return token;
    }

    private static void require(boolean met, String field, String complaint) {
        if (!met) {
            throw unexpected(field, complaint);
        }
    }

    /** Returns the rejection of a body; the complaint is the key of a message. */
    private static RejectedRequestException unexpected(String field, String complaint) {
        String what = field.replace("access_", "");
        Message reason = Message.of(ReportBody.class, complaint, field, Token.MAX_LENGTH);
        return badRequest(Message.of(ReportBody.class, "report.expected", field, what, reason));
    }

    private static void requireJson(HttpServletRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
            throw unsupported("body.compressed");
        }
        if (!isJson(request.getContentType())) {
            throw unsupported("body.type");
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

    private static RejectedRequestException unsupported(String key) {
        return new RejectedRequestException(HttpStatus.UNSUPPORTED_MEDIA_TYPE, Message.of(ReportBody.class, key));
    }

    /** Decodes strictly as UTF-8; Jackson would also accept UTF-16 and UTF-32. */
    private static String decode(byte[] body, String field) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unexpected(field, "report.utf8");
        }
    }
}
