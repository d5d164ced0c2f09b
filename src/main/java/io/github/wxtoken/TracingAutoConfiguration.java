package io.github.wxtoken;

import io.micrometer.common.KeyValues;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.http.server.observation.ServerRequestObservationConvention;

/**
 * Traces requests if a tracing bridge is on the class path. Without a bridge the observation filter is not installed:
 * it would cost more than the answer itself.
 *
 * <p>This is an auto-configuration because it has to be evaluated after those that provide the bridge.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration"
        },
        beforeName = "org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration")
@ConditionalOnBean(type = "io.micrometer.tracing.Tracer")
@Import(WebMvcObservationAutoConfiguration.class)
final class TracingAutoConfiguration {

    @Bean
    ServerRequestObservationConvention requestsWithoutTheirUrls() {
        return new WithoutUrl();
    }

    /** Omits the URL: a mistaken call may have a key or a token in its query or path. */
    private static final class WithoutUrl extends DefaultServerRequestObservationConvention {
        @Override
        public KeyValues getHighCardinalityKeyValues(ServerRequestObservationContext context) {
            return KeyValues.empty();
        }
    }
}
