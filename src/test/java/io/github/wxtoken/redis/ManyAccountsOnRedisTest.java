package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.keeper.TokenKeeper;
import io.github.wxtoken.simulator.CallKind;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Measures ten thousand accounts on three replicas: the start time and the load on Redis. Runs only in the profile
 * {@code soak}.
 */
@Tag("soak")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ManyAccountsOnRedisTest {

    private static final int ACCOUNTS = 10_000;
    private static final int REPLICAS = 3;
    private static final Duration MEASURED = Duration.ofMinutes(1);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @Test
    void eachTokenIsMintedOnceAndLookedAtAboutOnceAMinute() throws Exception {
        List<RunningServer> replicas = new ArrayList<>();
        try (WeChatSimulator wechat =
                        WeChatSimulator.builder().clock(InstantSource.system()).start();
                RealRedis redis = new RealRedis()) {
            List<String> appids = IntStream.range(0, ACCOUNTS)
                    .mapToObj(i -> String.format("wx%016x", i + 1))
                    .toList();
            appids.forEach(appid -> wechat.account(appid, RunningServer.SECRET));
            LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", redis.port());
            connections.afterPropertiesSet();
            connections.start();
            try (RedisConnection admin = connections.getConnection()) {
                long began = System.nanoTime();
                for (int i = 0; i < REPLICAS; i++) {
                    replicas.add(replica(wechat, redis, appids));
                    say("replica %d started after %.1f s", i + 1, since(began));
                }
                for (RunningServer replica : replicas) {
                    awaitAll(replica);
                }
                say("all %d serve all %d accounts after %.1f s", REPLICAS, ACCOUNTS, since(began));
                assertThat(mints(wechat)).isEqualTo(ACCOUNTS);

                awaitFor(MEASURED);
                Map<String, Double> before = figures(admin);
                int probed = probes(wechat);
                awaitFor(MEASURED);
                Map<String, Double> after = figures(admin);
                int probes = probes(wechat) - probed;
                say("in %s, of %d replicas together: %d probes", MEASURED, REPLICAS, probes);
                after.forEach((name, value) -> {
                    double more = value - before.getOrDefault(name, 0.0);
                    if (more > 0) {
                        say("  %s: %.2f a second", name, more / MEASURED.toSeconds());
                    }
                });
                assertThat(probes).as("one looks for all").isLessThan(2 * ACCOUNTS);

                long again = System.nanoTime();
                RunningServer fourth = replica(wechat, redis, appids);
                replicas.add(fourth);
                say("a fourth replica started after %.1f s", since(again));
                awaitAll(fourth);
                say("it serves all accounts after %.1f s", since(again));
                assertThat(mints(wechat)).as("it asked nothing of WeChat").isEqualTo(ACCOUNTS);
            } finally {
                replicas.forEach(RunningServer::close);
                connections.destroy();
            }
        } finally {
            timer.shutdownNow();
        }
    }

    private static RunningServer replica(WeChatSimulator wechat, RealRedis redis, List<String> appids) {
        return RunningServer.start(
                wechat,
                appids,
                "--wxtoken.store=redis",
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + redis.port(),
                "--logging.level.io.github.wxtoken=OFF",
                "--logging.level.wxtoken=WARN");
    }

    private void awaitAll(RunningServer replica) throws Exception {
        TokenKeeper keeper = replica.bean(TokenKeeper.class);
        while (!keeper.keys().stream().allMatch(key -> keeper.status(key).served() != null)) {
            awaitFor(Duration.ofMillis(100));
        }
    }

    private void awaitFor(Duration time) throws Exception {
        timer.schedule(() -> true, time.toMillis(), TimeUnit.MILLISECONDS).get();
    }

    private static int mints(WeChatSimulator wechat) {
        return wechat.journal().calls(call -> call.kind() == CallKind.TOKEN).size();
    }

    private static int probes(WeChatSimulator wechat) {
        return wechat.journal().calls(call -> call.kind() == CallKind.PROBE).size();
    }

    /**
     * Returns Redis's own figures: its commands by name, including those called by scripts, its CPU seconds and its
     * traffic.
     */
    private static Map<String, Double> figures(RedisConnection admin) {
        Map<String, Double> figures = new TreeMap<>();
        Properties info = new Properties();
        for (String section : List.of("commandstats", "cpu", "stats")) {
            Properties part = admin.serverCommands().info(section);
            if (part != null) {
                info.putAll(part);
            }
        }
        for (String name : info.stringPropertyNames()) {
            String value = info.getProperty(name);
            if (name.startsWith("cmdstat_")) {
                figures.put(name, Double.valueOf(value.replaceAll("calls=(\\d+),.*", "$1")));
            } else if (name.matches("used_cpu_(user|sys)|total_(commands_processed|net_(in|out)put_bytes)")) {
                figures.put(name, Double.valueOf(value));
            }
        }
        return figures;
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static void say(String format, Object... arguments) {
        System.out.printf("many accounts: " + format + "%n", arguments);
    }
}
