package io.github.wxtoken.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.HttpStatus;

/** Selects the headers that pass: end-to-end headers (RFC 9110, section 7.6.1) without credentials and addresses. */
final class ForwardedHeaders {

    /** Headers of one connection, and those that each side sets itself. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "content-length",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Headers of a request that are not for WeChat. */
    private static final Set<String> NOT_FOR_WECHAT =
            Set.of("accept-encoding", "authorization", "cookie", "expect", "forwarded", "host", "via", "x-real-ip");

    /** Headers of an answer that are not for the caller, or that this server sets itself. */
    private static final Set<String> NOT_FOR_CALLERS = Set.of(
            "alt-svc",
            "cache-control",
            "date",
            "server",
            "set-cookie",
            "strict-transport-security",
            "x-content-type-options");

    /** The part of a response head that WeChat's headers may take. It must fit into the server's own limit. */
    private static final int MOST_BYTES = 1400;

    private ForwardedHeaders() {}

    /**
     * Returns the headers of a request to send to WeChat.
     *
     * @throws RelayException if a value has control characters, which could begin another header
     */
    static List<Map.Entry<String, String>> of(HttpServletRequest request) {
        Set<String> dropped = dropped(Collections.list(request.getHeaders("Connection")), NOT_FOR_WECHAT);
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!dropped.contains(lower) && !lower.startsWith("x-forwarded-")) {
                Collections.list(request.getHeaders(name))
                        .forEach(value -> headers.add(Map.entry(name, recoded(checked(value), ISO_8859_1, UTF_8))));
            }
        }
        return headers;
    }

    /** Returns the headers of WeChat's answer to send to the caller. */
    static List<Map.Entry<String, String>> of(List<Map.Entry<String, String>> answered) {
        List<String> connection = answered.stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Connection"))
                .map(Map.Entry::getValue)
                .toList();
        Set<String> dropped = dropped(connection, NOT_FOR_CALLERS);
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        int bytes = 0;
        // Those of the content first: without Content-Encoding, a caller could not read the answer.
        List<Map.Entry<String, String>> ordered = answered.stream()
                .sorted(Comparator.comparing(
                        header -> !header.getKey().toLowerCase(Locale.ROOT).startsWith("content-")))
                .toList();
        for (Map.Entry<String, String> header : ordered) {
            String value = recoded(header.getValue(), UTF_8, ISO_8859_1);
            int more = header.getKey().length() + value.length() + 4;
            if (!dropped.contains(header.getKey().toLowerCase(Locale.ROOT)) && bytes + more <= MOST_BYTES) {
                headers.add(Map.entry(header.getKey(), value));
                bytes += more;
            }
        }
        return headers;
    }

    /** Keeps the bytes of a value: Tomcat takes them for ISO 8859-1, OkHttp for UTF-8. */
    private static String recoded(String value, Charset from, Charset to) {
        return new String(value.getBytes(from), to);
    }

    private static String checked(String value) {
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw RelayException.problem(HttpStatus.BAD_REQUEST, "A header has control characters.");
        }
        return value;
    }

    private static Set<String> dropped(List<String> connection, Set<String> others) {
        Set<String> dropped = new TreeSet<>(HOP_BY_HOP);
        dropped.addAll(others);
        for (String value : connection) {
            for (String name : value.split(",", -1)) {
                dropped.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return dropped;
    }
}
