package io.github.wxtoken.monitor;

import io.github.wxtoken.token.Accounts;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures which tags the metrics have. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MetricsProperties.class)
class MetricsConfiguration {

    @Bean
    TokenTags tokenTags(Accounts accounts, MetricsProperties properties) {
        return TokenTags.of(accounts, properties.validate().maxAccountTags());
    }
}
