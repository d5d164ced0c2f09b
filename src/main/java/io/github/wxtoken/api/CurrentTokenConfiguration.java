package io.github.wxtoken.api;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Puts the short way of what the current token answers before all other filters but the one that traces. */
@Configuration(proxyBeanMethods = false)
class CurrentTokenConfiguration {

    /**
     * By its name: it is made when all is set up. Tomcat starts before that, and would put what is wrong in the configuration
     * into its own words.
     */
    @Bean
    DelegatingFilterProxyRegistrationBean currentTokenFilterRegistration(
            DispatcherServletPath servlet, WebEndpointProperties endpoints) {
        DelegatingFilterProxyRegistrationBean filter = new DelegatingFilterProxyRegistrationBean("currentTokenFilter");
        filter.addUrlPatterns(
                servlet.getRelativePath(TokenController.READ), servlet.getRelativePath(TokenController.REPORT));
        // Where all paths are those of the operations, they are for operators only.
        filter.setEnabled(!endpoints.getBasePath().isEmpty());
        // The filter that traces is at HIGHEST_PRECEDENCE + 1.
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
        return filter;
    }
}
