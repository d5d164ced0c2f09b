package io.github.wxtoken;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;

/**
 * The server: assembles the rooms and starts them.
 *
 * <p>Without Spring Boot's {@code /error}, which speaks HTML to browsers: the api room reports errors by itself.
 */
@SpringBootApplication(proxyBeanMethods = false, exclude = ErrorMvcAutoConfiguration.class)
public final class WxTokenApplication {

    public static void main(String[] args) {
        SpringApplication.run(WxTokenApplication.class, args);
    }
}
