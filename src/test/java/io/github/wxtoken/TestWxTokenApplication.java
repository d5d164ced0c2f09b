package io.github.wxtoken;

import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.Environment;

/**
 * The real server on a simulated WeChat, for everybody who has no account at hand: what {@code mvn spring-boot:test-run}
 * starts. Its tokens live a minute, so that a newcomer sees one rotate.
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
        wechat.account(APPID, SECRET).tokenLife(Duration.ofMinutes(1));
        try {
            Environment environment = SpringApplication.from(WxTokenApplication::main)
                    .run(arguments(wechat, args))
                    .getApplicationContext()
                    .getEnvironment();
            System.out.println(welcome(environment.getProperty("local.server.port"), wechat.controlPlane()));
        } catch (RuntimeException e) {
            // Its threads would keep a process alive that serves nothing.
            wechat.close();
            throw e;
        }
    }

    private static String[] arguments(WeChatSimulator wechat, String[] args) {
        String hosts = wechat.hosts().stream().map(URI::toString).collect(Collectors.joining(","));
        List<String> all = new ArrayList<>(List.of(
                // What an operator has put into config/application.yml is meant for the real WeChat.
                "--spring.config.location=optional:classpath:/",
                "--wxtoken.accounts.main.appid=" + APPID,
                "--wxtoken.accounts.main.secret=" + SECRET,
                "--wxtoken.wechat.hosts=" + hosts,
                "--wxtoken.refresh.watchdog=10s"));
        all.addAll(List.of(args));
        return all.toArray(String[]::new);
    }

    private static String welcome(@org.jspecify.annotations.Nullable String port, URI simulator) {
        return """

                wxtoken serves on port %1$s, on a simulated WeChat whose tokens live a minute. Worth trying, in another shell:

                  curl -s localhost:%1$s/token                          the token, and for how long it may be kept
                  watch -n 5 curl -s localhost:%1$s/token               a rotation, within a minute
                  curl -s -X POST %2$ssimulator/kill                    the token dies at WeChat ...
                  curl -s -X POST localhost:%1$s/token/refresh          ... and is replaced when somebody reports it
                  curl -s -X POST '%2$ssimulator/fault?name=SYSTEM_BUSY' WeChat is in trouble ...
                  curl -s localhost:%1$s/actuator/health                ... which health shows, while the token is served
                  curl -s -X DELETE %2$ssimulator/faults                the trouble is over
                """
                .formatted(port, simulator);
    }
}
