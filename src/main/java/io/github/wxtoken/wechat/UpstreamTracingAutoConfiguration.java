package io.github.wxtoken.wechat;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/** Has the calls to WeChat take part in traces, where those of callers do. */
@AutoConfiguration(afterName = "io.github.wxtoken.TracingAutoConfiguration")
@ConditionalOnBean(name = "requestsWithoutTheirUrls")
final class UpstreamTracingAutoConfiguration {

    @Bean
    UpstreamTracing upstreamTracing(ObservationRegistry observations) {
        return new UpstreamTracing(observations);
    }
}
