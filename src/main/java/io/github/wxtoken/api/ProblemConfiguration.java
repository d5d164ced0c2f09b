package io.github.wxtoken.api;

import io.github.wxtoken.caller.ClientLimits;
import org.apache.catalina.Context;
import org.apache.catalina.Pipeline;
import org.apache.catalina.Valve;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Adds the valves that precede all filters to the main port and to a separate management port. {@link ProblemValve}
 * replaces those that report errors in HTML.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ProblemConfiguration {

    /** Runs last because Spring Boot adds a valve of its own. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> problemValveCustomizer(
            MalformedRequestLog malformed, DispatcherServletPath servlet, ApplicationContext context) {
        boolean management = WebServerApplicationContext.hasServerNamespace(context, "management");
        return factory -> factory.addContextCustomizers(tomcat -> report(
                tomcat, new ProblemValve(new WeChatPaths(tomcat.getPath(), servlet, !management, false), malformed)));
    }

    /** Sets the connector protocol that limits what clients hold. Runs last, to replace the number of connections. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> limitsCustomizer(
            ClientLimits limits, ApplicationContext context) {
        return factory -> {
            factory.setProtocol(LimitedProtocol.class.getName());
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof LimitedProtocol protocol) {
                    protocol.limit(
                            limits,
                            WebServerApplicationContext.hasServerNamespace(context, "management")
                                    ? limits.managementConnections()
                                    : limits.connections());
                }
            });
        };
    }

    private static void report(Context context, ProblemValve problems) {
        StandardHost host = (StandardHost) context.getParent();
        Pipeline pipeline = host.getPipeline();
        for (Valve valve : pipeline.getValves()) {
            if (valve instanceof ErrorReportValve) {
                pipeline.removeValve(valve);
            }
        }
        pipeline.addValve(new DoubleSlashValve());
        pipeline.addValve(problems);
        // The host adds a valve of this class only if the pipeline has none.
        host.setErrorReportValveClass(ProblemValve.class.getName());
    }
}
