package io.github.wxtoken.wechat;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration that traces calls to WeChat if the requests of callers are traced. */
@AutoConfiguration(afterName = "io.github.wxtoken.TracingAutoConfiguration")
@ConditionalOnBean(name = "requestsWithoutTheirUrls")
final class UpstreamTracingAutoConfiguration {

    @Bean
    UpstreamTracing upstreamTracing(ObservationRegistry observations) {
        return new UpstreamTracing(observations);
    }
}
