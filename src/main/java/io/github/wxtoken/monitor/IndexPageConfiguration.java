package io.github.wxtoken.monitor;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Serves {@link IndexPage} on the main port and on a separate management port, each with the paths of that port. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class IndexPageConfiguration {

    @Bean
    ServletRegistrationBean<IndexPage> indexPageServlet(
            ApplicationContext context,
            Environment environment,
            DispatcherServletPath path,
            WebEndpointProperties endpoints) {
        boolean management = WebServerApplicationContext.hasServerNamespace(context, "management");
        boolean operations = management || ManagementPortType.get(environment) == ManagementPortType.SAME;
        Map<String, String> links = new LinkedHashMap<>();
        if (!management) {
            links.put("token", path.getRelativePath("/token"));
            links.put("openapi", path.getRelativePath("/openapi.yaml"));
        }
        if (operations) {
            links.put("status", path.getRelativePath("/status"));
            links.put("health", path.getRelativePath(endpoints.getBasePath() + "/health"));
        }
        String root = path.getRelativePath("/");
        // An empty pattern matches exactly the root of the context.
        ServletRegistrationBean<IndexPage> servlet =
                new ServletRegistrationBean<>(new IndexPage(links, operations), root.equals("/") ? "" : root);
        // With an empty base path the actuator covers all paths.
        servlet.setEnabled(!endpoints.getBasePath().isEmpty());
        return servlet;
    }
}
