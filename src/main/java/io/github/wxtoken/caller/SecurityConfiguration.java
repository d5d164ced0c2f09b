package io.github.wxtoken.caller;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authorization.AuthenticatedAuthorizationManager;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.SingleResultAuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.access.intercept.RequestMatcherDelegatingAuthorizationManager;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.savedrequest.NullRequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.servletapi.SecurityContextHolderAwareRequestFilter;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * What Spring Security does with a request that the short way of the api room did not answer. The chains are put together
 * by hand instead of by its builder, whose every default filter would cost each call something: there are no sessions,
 * forms or browsers to protect, and other headers are set by the api room.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private static final String[] OPEN = {"/health", "/health/liveness", "/health/readiness"};

    /** The management port, where operators open one: who can reach it is decided by the network. */
    private static final Caller MANAGEMENT_PORT = new Caller("management port", null, true);

    @Bean
    @Order(1)
    SecurityFilterChain managementPort() throws Exception {
        return new DefaultSecurityFilterChain(
                SecurityConfiguration::onManagementPort, alwaysIs(MANAGEMENT_PORT), servletApi());
    }

    /** Of the operational endpoints, only whether the server is well is told to everybody. */
    @Bean
    @Order(2)
    SecurityFilterChain operations(
            Callers callers,
            KeyAuthentication keys,
            RejectionHandler rejectionHandler,
            WebEndpointProperties endpoints,
            PathPatternRequestMatcher.Builder paths)
            throws Exception {
        String base = endpoints.getBasePath();
        RequestMatcher operations = paths.matcher(base + "/**");
        Caller anybody = callers.anybody();
        if (anybody != null) {
            return new DefaultSecurityFilterChain(operations, alwaysIs(anybody), servletApi());
        }
        RequestMatcherDelegatingAuthorizationManager.Builder rules =
                RequestMatcherDelegatingAuthorizationManager.builder();
        for (String open : OPEN) {
            rules.add(paths.matcher(base + open), SingleResultAuthorizationManager.permitAll());
        }
        rules.add(AnyRequestMatcher.INSTANCE, AuthorityAuthorizationManager.hasRole(KeyAuthentication.OPERATOR));
        return new DefaultSecurityFilterChain(
                operations,
                authentication(keys, rejectionHandler),
                servletApi(),
                refusing(rejectionHandler),
                new AuthorizationFilter(rules.build()));
    }

    /** WeChat's own paths, on which clients show their key as they would WeChat the AppSecret: see the api room. */
    @Bean
    @Order(3)
    SecurityFilterChain weChatsPaths(PathPatternRequestMatcher.Builder paths) {
        return new DefaultSecurityFilterChain(paths.matcher("/cgi-bin/**"));
    }

    /** The files of the status page, which hold no data: what it shows is among the operations. */
    @Bean
    @Order(4)
    SecurityFilterChain statusPageFiles(PathPatternRequestMatcher.Builder paths) {
        return new DefaultSecurityFilterChain(paths.matcher("/status/**"));
    }

    /** Everything else, known or unknown, is for callers. */
    @Bean
    @Order(5)
    SecurityFilterChain calls(Callers callers, KeyAuthentication keys, RejectionHandler rejectionHandler) {
        Caller anybody = callers.anybody();
        if (anybody != null) {
            return new DefaultSecurityFilterChain(AnyRequestMatcher.INSTANCE, alwaysIs(anybody));
        }
        AuthorizationManager<HttpServletRequest> anyCaller = AuthenticatedAuthorizationManager.authenticated();
        return new DefaultSecurityFilterChain(
                AnyRequestMatcher.INSTANCE,
                authentication(keys, rejectionHandler),
                refusing(rejectionHandler),
                new AuthorizationFilter(anyCaller));
    }

    /** By this name, Spring Boot finds it for the management port as well. */
    @Bean
    FilterChainProxy springSecurityFilterChain(List<SecurityFilterChain> chains) {
        FilterChainProxy proxy = new FilterChainProxy(chains);
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        // The rules are for all methods alike; one that is not known gets its 405 where all the others do.
        firewall.setUnsafeAllowAnyHttpMethod(true);
        proxy.setFirewall(firewall);
        return proxy;
    }

    private static Filter authentication(KeyAuthentication keys, RejectionHandler rejectionHandler) {
        AuthenticationFilter filter = new AuthenticationFilter(keys, new KeyConverter());
        filter.setSuccessHandler((request, response, authentication) -> {
            // Nothing but to go on: the default would redirect.
        });
        filter.setFailureHandler(new AuthenticationEntryPointFailureHandler(rejectionHandler));
        return filter;
    }

    private static Filter refusing(RejectionHandler rejectionHandler) {
        // The default would remember the request in a session.
        ExceptionTranslationFilter filter = new ExceptionTranslationFilter(rejectionHandler, new NullRequestCache());
        filter.setAccessDeniedHandler(rejectionHandler);
        return filter;
    }

    /** Health asks the servlet API for the role of the caller. */
    private static Filter servletApi() throws Exception {
        SecurityContextHolderAwareRequestFilter filter = new SecurityContextHolderAwareRequestFilter();
        filter.afterPropertiesSet();
        return filter;
    }

    private static Filter alwaysIs(Caller caller) {
        Authentication authentication = KeyAuthentication.of(caller);
        return (request, response, chain) -> {
            // FilterChainProxy clears it.
            SecurityContext context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(authentication);
            SecurityContextHolder.setContext(context);
            chain.doFilter(request, response);
        };
    }

    private static boolean onManagementPort(HttpServletRequest request) {
        return WebServerApplicationContext.hasServerNamespace(
                WebApplicationContextUtils.getWebApplicationContext(request.getServletContext()), "management");
    }
}
