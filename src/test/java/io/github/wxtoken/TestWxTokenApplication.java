package io.github.wxtoken;

import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts the real server on a simulated WeChat with {@code mvn spring-boot:test-run}, for users without an account.
 * Its tokens live for a minute, so that a rotation is soon visible.
 */
public final class TestWxTokenApplication {

    private static final int SIMULATOR_PORT = 9080;
    private static final String APPID = "wx0123456789abcdef";
    private static final String SECRET = "fedcba9876543210fedcba9876543210";

    public static void main(String[] args) throws IOException {
        WeChatSimulator wechat = WeChatSimulator.builder()
                .clock(InstantSource.system())
                .port(SIMULATOR_PORT)
                .start();
        wechat.account(APPID, SECRET).tokenLife(Duration.ofMinutes(1)).dailyQuota(100_000);
        try {
            ConfigurableApplicationContext context = SpringApplication.from(WxTokenApplication::main)
                    .run(arguments(wechat, args))
                    .getApplicationContext();
            System.out.println(welcome(
                    context.getEnvironment().getProperty("local.server.port"),
                    context.getBean(StatusPageUrl.class).get(),
                    wechat.controlPlane()));
        } catch (RuntimeException e) {
            // The simulator's threads would keep a useless process alive.
            wechat.close();
            throw e;
        }
    }

    private static String[] arguments(WeChatSimulator wechat, String[] args) {
        String hosts = wechat.hosts().stream().map(URI::toString).collect(Collectors.joining(","));
        List<String> all = new ArrayList<>(List.of(
                // An operator's config/application.yml is meant for the real WeChat.
                "--spring.config.location=optional:classpath:/",
                "--wxtoken.accounts.main.appid=" + APPID,
                "--wxtoken.accounts.main.secret=" + SECRET,
                "--wxtoken.accounts.main.tickets=jsapi",
                "--wxtoken.wechat.hosts=" + hosts,
                // One token a minute exceeds WeChat's daily quota.
                "--wxtoken.accounts.main.daily-budget=100000"));
        all.addAll(List.of(args));
        return all.toArray(String[]::new);
    }

    private static String welcome(@Nullable String port, @Nullable String page, URI simulator) {
        return """

                wxtoken serves on port %1$s, on a simulated WeChat whose tokens live a minute. The status page:

                %3$s

                Worth trying, in another shell:

                # the token, and for how long it may be kept; a minute later, it is another one
                curl localhost:%1$s/token
                # what wx.config takes for a page
                curl 'localhost:%1$s/jsapi/signature?url=https%%3A%%2F%%2Fshop.example.com%%2F'
                # the token dies at WeChat; a report has it replaced
                curl -X POST localhost:%2$s/simulator/kill
                curl -X POST localhost:%1$s/token/refresh
                # WeChat is in trouble: the next refresh, within 40 seconds, fails, and the health says so
                curl -X POST 'localhost:%2$s/simulator/fault?name=SYSTEM_BUSY'
                curl localhost:%1$s/actuator/health
                # the trouble is over
                curl -X DELETE localhost:%2$s/simulator/faults
                """
                .formatted(port, simulator.getPort(), page);
    }
}
