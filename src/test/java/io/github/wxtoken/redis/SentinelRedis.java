package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import redis.embedded.RedisSentinel;

/** A primary, a standby that replicates it and three sentinels that promote the standby. */
final class SentinelRedis implements AutoCloseable {

    static final String NAME = "wxtoken-primary";

    private final RealRedis primary = new RealRedis();
    private final RealRedis standby = new RealRedis("replicaof 127.0.0.1 " + primary.port());
    private final List<RedisSentinel> sentinels = new ArrayList<>();
    private final RedisClient client = RedisClient.create();
    private long suspended;

    SentinelRedis() {
        for (int i = 0; i < 3; i++) {
            RedisSentinel sentinel = RedisSentinel.newRedisSentinel()
                    .bind("127.0.0.1")
                    .port(RealRedis.freePort())
                    .masterName(NAME)
                    .masterPort(primary.port())
                    .quorumSize(2)
                    .downAfterMilliseconds(1000)
                    .failOverTimeout(10_000)
                    .build();
            try {
                sentinel.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            sentinels.add(sentinel);
        }
    }

    /** Returns the addresses of the sentinels in Spring Boot's format. */
    String nodes() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.ports().get(0))
                .collect(Collectors.joining(","));
    }

    /** Returns whether the sentinels know all they need for a failover. */
    boolean ready() {
        return sentinels.stream().allMatch(sentinel -> {
            try (StatefulRedisSentinelConnection<String, String> connection = connect(sentinel)) {
                Map<String, String> known = connection.sync().master(NAME);
                return "1".equals(known.get("num-slaves")) && "2".equals(known.get("num-other-sentinels"));
            }
        });
    }

    /** Returns whether a claim to fetch a token has been replicated to the standby. */
    boolean standbyHasClaim(String record) {
        try (StatefulRedisConnection<String, String> connection =
                client.connect(RedisURI.create("127.0.0.1", standby.port()))) {
            return String.valueOf(connection.sync().hget(record, "record")).contains("\"claim\":{");
        }
    }

    /** Stops the primary for good. */
    void losePrimary() {
        primary.stop();
    }

    /** Suspends the process of the primary: it falls silent, but its connections stay open. */
    void silencePrimary() {
        try (StatefulRedisConnection<String, String> connection =
                client.connect(RedisURI.create("127.0.0.1", primary.port()))) {
            long pid = connection
                    .sync()
                    .info("server")
                    .lines()
                    .filter(line -> line.startsWith("process_id:"))
                    .mapToLong(line -> Long.parseLong(line.substring("process_id:".length())))
                    .findFirst()
                    .orElseThrow();
            suspended = pid;
            signal("STOP", pid);
        }
    }

    private static void signal(String name, long pid) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns whether all sentinels name the standby as the primary. */
    boolean failedOver() {
        return sentinels.stream().allMatch(sentinel -> {
            try (StatefulRedisSentinelConnection<String, String> connection = connect(sentinel)) {
                return Integer.toString(standby.port())
                        .equals(connection.sync().master(NAME).get("port"));
            }
        });
    }

    private StatefulRedisSentinelConnection<String, String> connect(RedisSentinel sentinel) {
        return client.connectSentinel(
                RedisURI.create("127.0.0.1", sentinel.ports().get(0)));
    }

    @Override
    public void close() {
        if (suspended != 0) {
            signal("CONT", suspended);
        }
        client.shutdown();
        try {
            for (RedisSentinel sentinel : sentinels) {
                sentinel.stop();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        standby.close();
        primary.close();
    }
}
