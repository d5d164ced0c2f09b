package io.github.wxtoken;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The server: assembles the rooms and starts them. */
@SpringBootApplication(proxyBeanMethods = false)
public final class WxTokenApplication {

    public static void main(String[] args) {
        SpringApplication.run(WxTokenApplication.class, args);
    }
}
