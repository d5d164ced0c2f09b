package io.github.wxtoken.api;

import io.github.wxtoken.caller.Callers;
import io.github.wxtoken.caller.RejectionLog;
import java.time.InstantSource;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Adds {@link ForeignRequestValve} to the ports that require no key: the main port if no callers are configured, and a
 * separate management port.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@EnableConfigurationProperties(AllowedHostsProperties.class)
class ForeignRequestConfiguration {

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> foreignRequestCustomizer(
            ApplicationContext context,
            Callers callers,
            AllowedHostsProperties properties,
            Environment environment,
            RejectionLog rejections,
            InstantSource clock,
            DispatcherServletPath servlet) {
        // Also checks the names if no port needs them.
        ForeignRequests rules = new ForeignRequests(
                properties.allowedHosts(),
                Stream.of("server.address", "management.server.address")
                        .map(environment::getProperty)
                        .filter(Objects::nonNull));
        boolean management = WebServerApplicationContext.hasServerNamespace(context, "management");
        if (!management && !callers.isEmpty()) {
            return factory -> {
                // This port requires a key.
            };
        }
        ForeignRequestLog log = new ForeignRequestLog(rejections, clock);
        return factory -> factory.addContextCustomizers(tomcat -> tomcat.getPipeline()
                .addValve(new ForeignRequestValve(
                        rules, log, servlet, new WeChatPaths(tomcat.getPath(), servlet, !management, true))));
    }
}
