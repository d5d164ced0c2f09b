package io.github.wxtoken.monitor;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;

/**
 * Serves the status page on the port of the actuator's endpoints. Spring Boot finds this class in the list of
 * management configurations and adds it to the server of that port. It has no annotation: found by component scanning,
 * it would always serve the page on the main port.
 */
final class StatusPageConfiguration {

    @Bean
    ServletRegistrationBean<StatusPage> statusPageServlet(WebEndpointProperties endpoints, DispatcherServletPath path) {
        String base = endpoints.getBasePath();
        StatusPage page = new StatusPage(base.isEmpty() ? "" : base.substring(1) + "/");
        return new ServletRegistrationBean<>(page, path.getRelativePath("/status/*"));
    }
}
