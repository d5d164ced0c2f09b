package io.github.wxtoken.api;

import io.github.wxtoken.caller.KeyAuthentication;
import io.github.wxtoken.token.TokenKeeper;
import jakarta.servlet.ServletContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import tools.jackson.databind.json.JsonMapper;

/** Puts the short way of {@code GET /token} before all other filters but the one that traces. */
@Configuration(proxyBeanMethods = false)
class CurrentTokenConfiguration {

    private static final String PATH = "/token";

    @Bean
    FilterRegistrationBean<CurrentTokenFilter> currentTokenFilter(
            KeyAuthentication keys,
            AskedAccount asked,
            TokenKeeper keeper,
            Usage usage,
            JsonMapper json,
            ServletContext server) {
        FilterRegistrationBean<CurrentTokenFilter> filter = new FilterRegistrationBean<>(
                new CurrentTokenFilter(keys, asked, keeper, usage, json, server.getContextPath() + PATH));
        filter.addUrlPatterns(PATH);
        // The filter that traces is at HIGHEST_PRECEDENCE + 1.
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
        return filter;
    }
}
