package io.github.wxtoken;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The URL of the status page, for operators on this machine. */
@Component
final class StatusPageUrl {

    private final ServerProperties server;
    private final ObjectProvider<ManagementServerProperties> managementServer;
    private final DispatcherServletPath servlet;
    private final LoopbackGuard guard;
    private final Environment environment;

    StatusPageUrl(
            ServerProperties server,
            ObjectProvider<ManagementServerProperties> managementServer,
            DispatcherServletPath servlet,
            LoopbackGuard guard,
            Environment environment) {
        this.server = server;
        this.managementServer = managementServer;
        this.servlet = servlet;
        this.guard = guard;
        this.environment = environment;
    }

    /** Returns the URL, or null if the page is not served because the management endpoints are disabled. */
    @Nullable
    String get() {
        return switch (ManagementPortType.get(environment)) {
            case DISABLED -> null;
            case SAME -> {
                String context = server.getServlet().getContextPath();
                yield url(
                        server.getSsl(),
                        guard.address(),
                        "local.server.port",
                        (context == null ? "" : context) + servlet.getRelativePath("/status"));
            }
            case DIFFERENT -> {
                // It has a context path of its own, and TLS like the main port unless configured.
                ManagementServerProperties management = managementServer.getObject();
                yield url(
                        management.getSsl() == null ? server.getSsl() : management.getSsl(),
                        guard.managementAddress(),
                        "local.management.port",
                        management.getBasePath() + "/status");
            }
        };
    }

    private String url(@Nullable Ssl ssl, @Nullable InetAddress address, String port, String path) {
        return (Ssl.isEnabled(ssl) ? "https://" : "http://") + host(address) + ":" + environment.getProperty(port, "")
                + path;
    }

    private static String host(@Nullable InetAddress address) {
        if (address == null || address.isAnyLocalAddress()) {
            return "localhost";
        }
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}
