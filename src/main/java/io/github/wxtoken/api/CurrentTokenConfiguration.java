package io.github.wxtoken.api;

import io.github.wxtoken.caller.KeyAuthentication;
import io.github.wxtoken.token.TokenKeeper;
import jakarta.servlet.ServletContext;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import tools.jackson.databind.json.JsonMapper;

/** Puts the short way of what the current token answers before all other filters but the one that traces. */
@Configuration(proxyBeanMethods = false)
class CurrentTokenConfiguration {

    private static final String NAME = "currentTokenFilter";

    @Bean(NAME)
    CurrentTokenFilter filter(
            KeyAuthentication keys,
            AskedAccount asked,
            TokenKeeper keeper,
            Usage usage,
            ReportBody body,
            JsonMapper json,
            ServletContext context) {
        return new CurrentTokenFilter(keys, asked, keeper, usage, body, json, context.getContextPath());
    }

    /**
     * By its name: it is made when all is set up. Tomcat starts before that, and would put what is wrong in the configuration
     * into its own words.
     */
    @Bean
    DelegatingFilterProxyRegistrationBean currentTokenFilterRegistration() {
        DelegatingFilterProxyRegistrationBean filter = new DelegatingFilterProxyRegistrationBean(NAME);
        filter.addUrlPatterns(TokenController.READ, TokenController.REPORT);
        // The filter that traces is at HIGHEST_PRECEDENCE + 1.
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
        return filter;
    }
}
