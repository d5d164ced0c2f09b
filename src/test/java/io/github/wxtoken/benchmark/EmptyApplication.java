package io.github.wxtoken.benchmark;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The reference for start and memory: the application that Spring Boot makes of our starters. It answers {@code GET
 * /token} with a constant of the size of a token, without authentication.
 *
 * <p>It has no annotation of a configuration or a component, because the server would find and load it in the tests.
 */
@EnableAutoConfiguration
class EmptyApplication {

    public static void main(String[] args) {
        SpringApplication.run(EmptyApplication.class, args);
    }

    @Bean
    RouterFunction<ServerResponse> constant() {
        Map<String, Object> token = Map.of("access_token", "x".repeat(136), "expires_in", 6899);
        return RouterFunctions.route()
                .GET("/token", request -> ServerResponse.ok().body(token))
                .build();
    }

    @Bean
    SecurityFilterChain everybody(HttpSecurity security) throws Exception {
        return security.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }
}
