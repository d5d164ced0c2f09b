package io.github.wxtoken.monitor;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;

/**
 * Serves the status page on the port where the actuator's endpoints are. It has no annotation, so that it is not found by
 * scanning, which would serve the page on the main port always: Spring Boot is told of it in the list of management
 * configurations, and brings it into the server of that port.
 */
final class StatusPageConfiguration {

    @Bean
    ServletRegistrationBean<StatusPage> statusPageServlet(WebEndpointProperties endpoints, DispatcherServletPath path) {
        String base = endpoints.getBasePath();
        StatusPage page = new StatusPage(base.isEmpty() ? "" : base.substring(1) + "/");
        return new ServletRegistrationBean<>(page, path.getRelativePath("/status/*"));
    }
}
