package io.github.wxtoken.api;

import java.time.Duration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures what happens to kept connections at SIGTERM. */
@Configuration(proxyBeanMethods = false)
class DrainConfiguration {

    /** Busy connections carry several requests in this time. The whole server must stop within 5 seconds. */
    @Bean
    DrainTime drainTime() {
        return new DrainTime(Duration.ofSeconds(1));
    }

    @Bean
    ConnectionDrain connectionDrain(WebServerApplicationContext context, DrainTime time) {
        return new ConnectionDrain(context, time);
    }
}
