package io.github.wxtoken.api;

import io.github.wxtoken.support.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.coyote.Request;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.http.parser.TokenList;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/**
 * A request that Tomcat or Spring Security has rejected because of its form. Tomcat only sets a status, so the reason is
 * derived from what it has parsed. Reasons quote nothing of the request, which may contain a key.
 */
final class MalformedRequest {

    private static final Set<Integer> STATUSES = Set.of(400, 417, 501, 505);

    /** Tomcat's message for a request head that is too large, in the language of the process. */
    private static final String TOO_LARGE =
            StringManager.getManager(AbstractHttp11Protocol.class).getString("iib.requestheadertoolarge.error");

    private static final Pattern REQUEST_LINE =
            Pattern.compile("[\r\n]*[^ \t\r\n]+[ \t]+([^? \t\r\n]*).*", Pattern.DOTALL);
    private static final Pattern ORIGIN = Pattern.compile("^(?i:https?)://[^/]*");
    private static final int LONGEST_LOOK = 512;

    private final Request request;
    private final int status;
    private final @Nullable Throwable thrown;

    /**
     * Creates the description.
     *
     * @param status the status that Tomcat or Spring Security has set
     * @param thrown the exception of Tomcat's parser, or null if there is none
     */
    MalformedRequest(Request request, int status, @Nullable Throwable thrown) {
        this.request = request;
        this.status = status;
        this.thrown = thrown;
    }

    /** Returns whether a status set before Spring MVC means that the request is malformed. */
    static boolean isStatus(int status) {
        return STATUSES.contains(status);
    }

    /**
     * Returns the reason as a sentence.
     *
     * @param protocol the connector's protocol, which has the limits
     */
    Message reason(AbstractHttp11Protocol<?> protocol) {
        return switch (status) {
            case 417 -> message("request.expect");
            case 501 ->
                "CONNECT".equals(request.getMethod()) ? message("request.connect") : message("request.encoding");
            case 505 -> message("request.version");
            default -> badRequest(protocol);
        };
    }

    private Message badRequest(AbstractHttp11Protocol<?> protocol) {
        if (thrown instanceof IOException) {
            return message("body.incomplete");
        }
        if (thrown != null && TOO_LARGE.equals(thrown.getMessage())) {
            return message("request.large", protocol.getMaxHttpRequestHeaderSize());
        }
        Message line = requestLine();
        return line == null ? headers(protocol) : line;
    }

    /** Returns what is wrong with the request line, or null if Tomcat has parsed it. */
    private @Nullable Message requestLine() {
        if (request.getMethod() == null) {
            return message("request.method");
        }
        if (request.requestURI().isNull()) {
            return message("request.target");
        }
        return request.protocol().isNull() ? message("request.protocol") : null;
    }

    private Message headers(AbstractHttp11Protocol<?> protocol) {
        List<String> hosts = values("host");
        if (hosts.size() > 1) {
            return message("request.hosts");
        }
        if (hosts.stream().anyMatch(host -> !HostNames.isAcceptable(host))) {
            return message("request.host");
        }
        if (thrown instanceof IllegalStateException) {
            return message("request.headers", protocol.getMaxHeaderCount());
        }
        if (thrown != null) {
            return message("request.header");
        }
        if (hosts.isEmpty()
                && (request.protocol().equals("HTTP/1.1")
                        || request.serverName().isNull())) {
            return message("request.no_host");
        }
        if (!isTokenList(values("transfer-encoding"))) {
            return message("request.encoding_malformed");
        }
        List<String> lengths = values("content-length");
        if (lengths.size() > 1) {
            return message("request.lengths");
        }
        if (lengths.stream().anyMatch(length -> !length.matches("\\d{1,18}"))) {
            return message("request.length");
        }
        return message("request.path");
    }

    private static Message message(String key, Object... arguments) {
        return Message.of(MalformedRequest.class, key, arguments);
    }

    private static boolean isTokenList(List<String> values) {
        try {
            return TokenList.parseTokenList(Collections.enumeration(values), new ArrayList<>());
        } catch (IOException e) {
            // Not possible when it reads strings.
            return false;
        }
    }

    private List<String> values(String header) {
        return Collections.list(request.getMimeHeaders().values(header));
    }

    /**
     * Returns the raw path with single slashes, or an empty string if there is none. Tomcat does not keep a target that
     * it rejects, so that one is read from its buffer.
     */
    static String path(Request request) {
        String path = request.requestURI().toString();
        if (path == null && request.getInputBuffer() instanceof Http11InputBuffer buffer) {
            ByteBuffer head = buffer.getByteBuffer().duplicate();
            head.position(0).limit(Math.min(head.limit(), LONGEST_LOOK));
            Matcher line = REQUEST_LINE.matcher(StandardCharsets.ISO_8859_1.decode(head));
            path = line.matches() ? line.group(1) : null;
        }
        return path == null ? "" : DoubleSlashValve.single(ORIGIN.matcher(path).replaceFirst(""));
    }
}
