package io.github.wxtoken.api;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Registers {@link CurrentTokenFilter}, the fast path, before all other filters. */
@Configuration(proxyBeanMethods = false)
class CurrentTokenConfiguration {

    /**
     * Refers to the filter by name, so that it is created after the other beans. Tomcat starts earlier and would wrap
     * configuration errors in exceptions of its own.
     */
    @Bean
    DelegatingFilterProxyRegistrationBean currentTokenFilterRegistration(
            DispatcherServletPath servlet, WebEndpointProperties endpoints) {
        DelegatingFilterProxyRegistrationBean filter = new DelegatingFilterProxyRegistrationBean("currentTokenFilter");
        filter.addUrlPatterns(
                servlet.getRelativePath(TokenController.READ), servlet.getRelativePath(TokenController.REPORT));
        // With an empty base path the actuator covers all paths, which are then for operators only.
        filter.setEnabled(!endpoints.getBasePath().isEmpty());
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }
}
