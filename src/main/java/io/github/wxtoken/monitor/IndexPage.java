package io.github.wxtoken.monitor;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers {@code /}: redirects browsers to the status page and lists the most important paths to other clients. The
 * answer contains no data and is public. Thread-safe.
 */
final class IndexPage extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final JsonMapper JSON = new JsonMapper();

    private final transient Map<String, String> links;
    private final boolean redirects;

    /**
     * Creates the servlet.
     *
     * @param links names and paths below the context path
     * @param redirects whether this port serves the status page
     */
    IndexPage(Map<String, String> links, boolean redirects) {
        this.links = links;
        this.redirects = redirects;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (Stream.of("GET", "HEAD").noneMatch(request.getMethod()::equals)) {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        if (redirects && isBrowser(request)) {
            // Relative, because a proxy may serve this path below one of its own.
            response.setHeader(HttpHeaders.LOCATION, "status");
            response.setStatus(HttpServletResponse.SC_FOUND);
        } else {
            byte[] body = JSON.writeValueAsBytes(index(request.getContextPath()));
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }

    private Map<String, Object> index(String context) {
        Map<String, String> paths = new LinkedHashMap<>();
        links.forEach((name, path) -> paths.put(name, context + path));
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("name", "wxtoken");
        index.put("description", "Central control server for WeChat access tokens");
        index.put("links", paths);
        return index;
    }

    private static boolean isBrowser(HttpServletRequest request) {
        return Collections.list(request.getHeaders(HttpHeaders.ACCEPT)).stream()
                .anyMatch(accept -> accept.contains(MediaType.TEXT_HTML_VALUE));
    }
}
