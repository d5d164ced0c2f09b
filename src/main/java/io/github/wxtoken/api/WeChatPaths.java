package io.github.wxtoken.api;

import java.util.List;
import org.apache.catalina.connector.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;

/** WeChat's own paths on a port, also those of the relay, for errors before Spring MVC: they have WeChat's format there. Immutable. */
final class WeChatPaths {

    private static final List<String> ROOTS = List.of("/cgi-bin/", "/relay/");

    private final List<String> prefixes;
    private final List<String> rawPrefixes;

    /**
     * Creates the paths.
     *
     * @param context the context path of the server
     * @param served whether the port serves them
     */
    WeChatPaths(String context, DispatcherServletPath servlet, boolean served) {
        this.prefixes = served ? ROOTS.stream().map(servlet::getRelativePath).toList() : List.of();
        this.rawPrefixes = prefixes.stream().map(prefix -> context + prefix).toList();
    }

    /** Returns whether a request has one of these paths. */
    boolean contain(Request request) {
        String path = decoded(request);
        return path == null
                ? rawPrefixes.stream().anyMatch(MalformedRequest.path(request.getCoyoteRequest())::startsWith)
                : prefixes.stream().anyMatch(path::startsWith);
    }

    /** Returns the decoded path below the context path, or null if Tomcat has found no servlet. */
    static @Nullable String decoded(Request request) {
        String path = request.getServletPath();
        String info = request.getPathInfo();
        return path == null || info == null ? path : path + info;
    }
}
