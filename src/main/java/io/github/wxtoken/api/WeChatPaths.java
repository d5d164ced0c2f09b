package io.github.wxtoken.api;

import org.apache.catalina.connector.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;

/** WeChat's own paths on a port, for errors before Spring MVC: they have WeChat's format there. Immutable. */
final class WeChatPaths {

    private final @Nullable String prefix;
    private final @Nullable String rawPrefix;

    /**
     * Creates the paths.
     *
     * @param context the context path of the server
     * @param served whether the port serves them
     */
    WeChatPaths(String context, DispatcherServletPath servlet, boolean served) {
        this.prefix = served ? servlet.getRelativePath("/cgi-bin/") : null;
        this.rawPrefix = served ? context + prefix : null;
    }

    /** Returns whether a request has one of these paths. */
    boolean contain(Request request) {
        if (prefix == null || rawPrefix == null) {
            return false;
        }
        String path = decoded(request);
        return path == null
                ? MalformedRequest.path(request.getCoyoteRequest()).startsWith(rawPrefix)
                : path.startsWith(prefix);
    }

    /** Returns the decoded path below the context path, or null if Tomcat has found no servlet. */
    static @Nullable String decoded(Request request) {
        String path = request.getServletPath();
        String info = request.getPathInfo();
        return path == null || info == null ? path : path + info;
    }
}
