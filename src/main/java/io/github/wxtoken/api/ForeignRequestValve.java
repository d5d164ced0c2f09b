package io.github.wxtoken.api;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rejects the requests of foreign web pages on a port that requires no key. Such a page reaches the port by a name that
 * its owner directs here (DNS rebinding), or makes the browser send requests of its own. The valve runs before all
 * filters, so it covers the fast path and every servlet. It reads the raw {@code Host} header: a page may set the
 * headers of proxies.
 */
final class ForeignRequestValve extends ValveBase {

    private static final JsonMapper JSON = new JsonMapper();

    private final ForeignRequests rules;
    private final ForeignRequestLog rejections;
    /** The status page and the paths that redirect to it. */
    private final Set<String> pages;

    private final WeChatPaths weChats;

    ForeignRequestValve(
            ForeignRequests rules, ForeignRequestLog rejections, DispatcherServletPath servlet, WeChatPaths weChats) {
        super(true);
        this.rules = rules;
        this.rejections = rejections;
        this.pages = Stream.of("/", "/status", "/status/")
                .map(servlet::getRelativePath)
                .collect(Collectors.toUnmodifiableSet());
        this.weChats = weChats;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String host = host(request);
        ForeignRequests.Reason reason = rules.reason(
                host, headers(request, HttpHeaders.ORIGIN), headers(request, "Sec-Fetch-Site"), opensPage(request));
        if (reason == null) {
            getNext().invoke(request, response);
        } else {
            rejections.add(reason, host, request.getRemoteAddr());
            ProblemValve.abandonBody(request);
            answer(reason, weChats.contain(request), LanguageConfiguration.locale(request), response);
        }
    }

    private boolean opensPage(Request request) {
        String path = WeChatPaths.decoded(request);
        return request.getMethod().equals("GET")
                && path != null
                && pages.contains(path)
                && headers(request, "Sec-Fetch-Mode").equals(List.of("navigate"));
    }

    private static void answer(ForeignRequests.Reason reason, boolean weChats, Locale locale, Response response)
            throws IOException {
        HttpStatus status = weChats ? HttpStatus.OK : reason.status();
        byte[] body = JSON.writeValueAsBytes(
                weChats
                        ? WeChatAnswer.error(48001, "api unauthorized: " + reason.detail())
                        : Problem.of(status, reason.detail().in(locale)));
        response.setStatus(status.value());
        response.setContentType(weChats ? MediaType.APPLICATION_JSON_VALUE : MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Returns the host that the client names: {@code Host}, or {@code :authority} of HTTP/2. */
    private static @Nullable String host(Request request) {
        String header = request.getHeader(HttpHeaders.HOST);
        if (header == null && request.getProtocol().equals("HTTP/2.0")) {
            return request.getServerName() + ":" + request.getServerPort();
        }
        return header == null || header.isEmpty() ? null : header;
    }

    private static List<String> headers(Request request, String name) {
        return Collections.list(request.getHeaders(name));
    }
}
