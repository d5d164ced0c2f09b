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
 * Has the calls of callers take part in traces, where a tracing bridge is on the class path. Without one there is no filter
 * for it, which would cost more than the answer.
 *
 * <p>An auto-configuration, since only these are asked for after those that provide the bridge.
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

    /** Leaves out the URL: in that of a mistaken call there may be a key or a token, in the path as well. */
    private static final class WithoutUrl extends DefaultServerRequestObservationConvention {
        @Override
        public KeyValues getHighCardinalityKeyValues(ServerRequestObservationContext context) {
            return KeyValues.empty();
        }
    }
}
