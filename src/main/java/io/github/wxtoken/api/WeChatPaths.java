package io.github.wxtoken.api;

import java.util.List;
import org.apache.catalina.connector.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;

/** WeChat's own paths on a port, for errors before Spring MVC, which have WeChat's format there. Immutable. */
final class WeChatPaths {

    private static final List<String> OWN = List.of("/cgi-bin/");
    private static final List<String> WITH_RELAY = List.of("/cgi-bin/", "/relay/");

    private final List<String> prefixes;
    private final List<String> rawPrefixes;

    /**
     * Creates the paths.
     *
     * @param context the context path of the server
     * @param served whether the port serves them
     * @param relay whether those of the relay are among them
     */
    WeChatPaths(String context, DispatcherServletPath servlet, boolean served, boolean relay) {
        List<String> roots = relay ? WITH_RELAY : OWN;
        this.prefixes = served ? roots.stream().map(servlet::getRelativePath).toList() : List.of();
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
