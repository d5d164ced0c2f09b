package io.github.wxtoken.caller;

import io.github.wxtoken.caller.ClientLimits.Permits;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
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
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * Configures Spring Security for requests on the normal path. The filter chains are built manually: each default filter
 * of the builder would slow down every call. There are no sessions, forms or browsers to protect, and the api package
 * sets other headers.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private static final String[] OPEN = {"/health", "/health/liveness", "/health/readiness"};

    /** The caller of all requests on a separate management port: the network controls access. No request shows a key. */
    private static final Caller MANAGEMENT_PORT = new Caller("management port", null, true);

    @Bean
    @Order(1)
    SecurityFilterChain managementPort() throws Exception {
        return new DefaultSecurityFilterChain(
                SecurityConfiguration::onManagementPort, alwaysIs(MANAGEMENT_PORT), servletApi());
    }

    /** The operational endpoints. Only the health status, liveness and readiness are public. */
    @Bean
    @Order(2)
    SecurityFilterChain operations(
            Callers callers,
            KeyAuthentication keys,
            RejectionHandler rejectionHandler,
            ClientLimits limits,
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
                limited(limits),
                servletApi(),
                refusing(rejectionHandler),
                new AuthorizationFilter(rules.build()));
    }

    /**
     * WeChat's own paths, also below the relay. Clients send their key in place of the AppSecret; the api package
     * checks it.
     */
    @Bean
    @Order(3)
    SecurityFilterChain weChatsPaths(PathPatternRequestMatcher.Builder paths) {
        return new DefaultSecurityFilterChain(
                new OrRequestMatcher(paths.matcher("/cgi-bin/**"), paths.matcher("/relay/**")));
    }

    /**
     * The index and the files of the status page, which are public. They hold no data: the page reads it from the
     * operational endpoints.
     */
    @Bean
    @Order(4)
    SecurityFilterChain statusPageFiles(PathPatternRequestMatcher.Builder paths) {
        return new DefaultSecurityFilterChain(new OrRequestMatcher(paths.matcher("/"), paths.matcher("/status/**")));
    }

    /** All other paths, known or unknown, require a valid key. */
    @Bean
    @Order(5)
    SecurityFilterChain calls(
            Callers callers, KeyAuthentication keys, RejectionHandler rejectionHandler, ClientLimits limits) {
        Caller anybody = callers.anybody();
        if (anybody != null) {
            return new DefaultSecurityFilterChain(AnyRequestMatcher.INSTANCE, alwaysIs(anybody));
        }
        AuthorizationManager<HttpServletRequest> anyCaller = AuthenticatedAuthorizationManager.authenticated();
        return new DefaultSecurityFilterChain(
                AnyRequestMatcher.INSTANCE,
                authentication(keys, rejectionHandler),
                limited(limits),
                refusing(rejectionHandler),
                new AuthorizationFilter(anyCaller));
    }

    /** Spring Boot finds the proxy by this bean name for the management port as well. */
    @Bean
    FilterChainProxy springSecurityFilterChain(List<SecurityFilterChain> chains) {
        FilterChainProxy proxy = new FilterChainProxy(chains);
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        // The rules apply to all methods alike; Spring MVC answers unknown methods with 405 as well.
        firewall.setUnsafeAllowAnyHttpMethod(true);
        proxy.setFirewall(firewall);
        return proxy;
    }

    private static Filter authentication(KeyAuthentication keys, RejectionHandler rejectionHandler) {
        AuthenticationFilter filter = new AuthenticationFilter(keys, new KeyConverter());
        // The chain continues: the default handler would redirect.
        filter.setSuccessHandler((request, response, authentication) -> {
            if (authentication.getPrincipal() instanceof Caller caller) {
                KeyAuthentication.shown(request, caller);
            }
        });
        filter.setFailureHandler(new AuthenticationEntryPointFailureHandler(rejectionHandler));
        return filter;
    }

    /** Rejects a request if its caller holds too many threads already, for instance as it does not read answers. */
    private static Filter limited(ClientLimits limits) {
        Permits requests = limits.requests();
        return (request, response, chain) -> {
            Caller caller = KeyAuthentication.shownBy(request);
            if (requests == null || caller == null) {
                chain.doFilter(request, response);
            } else if (requests.tryTake(caller)) {
                try {
                    chain.doFilter(request, response);
                } finally {
                    requests.giveBack(caller);
                }
            } else {
                ((HttpServletResponse) response).sendError(HttpStatus.SERVICE_UNAVAILABLE.value());
            }
        };
    }

    private static Filter refusing(RejectionHandler rejectionHandler) {
        // The default would save the request in a session.
        ExceptionTranslationFilter filter = new ExceptionTranslationFilter(rejectionHandler, new NullRequestCache());
        filter.setAccessDeniedHandler(rejectionHandler);
        return filter;
    }

    /** Returns the filter that gives the health endpoint the caller's role by the servlet API. */
    private static Filter servletApi() throws Exception {
        SecurityContextHolderAwareRequestFilter filter = new SecurityContextHolderAwareRequestFilter();
        filter.afterPropertiesSet();
        return filter;
    }

    private static Filter alwaysIs(Caller caller) {
        Authentication authentication = KeyAuthentication.of(caller);
        return (request, response, chain) -> {
            if (caller != MANAGEMENT_PORT) {
                KeyAuthentication.shown(request, caller);
            }
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
