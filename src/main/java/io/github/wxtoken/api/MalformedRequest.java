package io.github.wxtoken.api;

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
    String reason(AbstractHttp11Protocol<?> protocol) {
        return switch (status) {
            case 417 -> "The Expect header is not supported, except for 100-continue.";
            case 501 ->
                "CONNECT".equals(request.getMethod())
                        ? "The method CONNECT is not supported: this server is not a proxy."
                        : "The Transfer-Encoding is not supported, except for chunked.";
            case 505 -> "The protocol version is not supported: use HTTP/1.1.";
            default -> badRequest(protocol);
        };
    }

    private String badRequest(AbstractHttp11Protocol<?> protocol) {
        if (thrown instanceof IOException) {
            return "The body could not be read completely.";
        }
        if (thrown != null && TOO_LARGE.equals(thrown.getMessage())) {
            return "The request line and the headers, such as cookies, may have at most "
                    + protocol.getMaxHttpRequestHeaderSize()
                    + " bytes together: see server.max-http-request-header-size.";
        }
        String line = requestLine();
        return line == null ? headers(protocol) : line;
    }

    /** Returns what is wrong with the request line, or null if Tomcat has parsed it. */
    private @Nullable String requestLine() {
        if (request.getMethod() == null) {
            return "The request does not begin with an HTTP method. A client that uses TLS needs a port with TLS.";
        }
        if (request.requestURI().isNull()) {
            return "The request target contains a character that must be percent-encoded.";
        }
        return request.protocol().isNull() ? "The request line does not end with a protocol such as HTTP/1.1." : null;
    }

    private String headers(AbstractHttp11Protocol<?> protocol) {
        List<String> hosts = values("host");
        if (hosts.size() > 1) {
            return "There is more than one Host header.";
        }
        if (hosts.stream().anyMatch(host -> !HostNames.isAcceptable(host))) {
            return "The Host header is not a host name or address with an optional port.";
        }
        if (thrown instanceof IllegalStateException) {
            return "There are more than " + protocol.getMaxHeaderCount() + " headers.";
        }
        if (thrown != null) {
            return "A header is malformed: its name or value contains a character that is not allowed, or it has no colon.";
        }
        if (hosts.isEmpty()
                && (request.protocol().equals("HTTP/1.1")
                        || request.serverName().isNull())) {
            return "There is no valid Host header.";
        }
        if (!isTokenList(values("transfer-encoding"))) {
            return "The Transfer-Encoding header is malformed.";
        }
        List<String> lengths = values("content-length");
        if (lengths.size() > 1) {
            return "There is more than one Content-Length header.";
        }
        if (lengths.stream().anyMatch(length -> !length.matches("\\d{1,18}"))) {
            return "The Content-Length header is not a number.";
        }
        return "The request target or a header is malformed. The path may contain no semicolon, backslash, dot segment,"
                + " encoded slash or encoded percent sign, and only percent-encoded UTF-8 otherwise. A host in the target"
                + " must be that of the Host header.";
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
