package io.github.wxtoken.redis;

import io.github.wxtoken.support.DaemonThreads;
import io.github.wxtoken.support.StartNote;
import io.github.wxtoken.support.StoreCondition;
import io.github.wxtoken.token.TokenStore;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.metrics.MicrometerCommandLatencyRecorder;
import io.lettuce.core.metrics.MicrometerOptions;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.ExtendedKeepAliveSupport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Node;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Standalone;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Configures the Redis store if {@code wxtoken.store} is {@code redis}; otherwise it loads no Redis classes. */
@Configuration(proxyBeanMethods = false)
@Conditional(StoreCondition.Redis.class)
@Import(DataRedisAutoConfiguration.class)
class RedisConfiguration {

    private static final Duration RECONNECT_AFTER = Duration.ofSeconds(1);

    /** More threads than this wait for Redis only when it hangs, and then even more would not help. */
    private static final int THREADS = 8;

    /** Reconnects about a second after Redis is back; until then commands fail at once. */
    @Bean
    ClientResourcesBuilderCustomizer promptReconnect() {
        return resources -> resources.reconnectDelay(
                () -> Delay.fullJitter(RECONNECT_AFTER.dividedBy(10), RECONNECT_AFTER, 1, TimeUnit.MILLISECONDS));
    }

    @Bean
    ClientResourcesBuilderCustomizer timedCommands(MeterRegistry meters) {
        return resources -> resources.commandLatencyRecorder(
                new MicrometerCommandLatencyRecorder(meters, MicrometerOptions.create()));
    }

    @Bean
    RedisConnections redisConnections() {
        return new RedisConnections();
    }

    @Bean
    ClientResourcesBuilderCustomizer replaceableConnections(RedisConnections redisConnections) {
        return resources -> resources.nettyCustomizer(redisConnections);
    }

    @Bean
    LettuceClientOptionsBuilderCustomizer rejectWhileDisconnected() {
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS);
    }

    /**
     * Closes a connection whose peer has been silent for 11 seconds: the one that receives notifications sends nothing
     * that could time out. TCP_USER_TIMEOUT would do the same for a connection with data in flight, but NIO does not
     * support it; {@link RedisConnections} closes those.
     */
    @Bean
    LettuceClientOptionsBuilderCustomizer promptKeepAlive() {
        return options -> {
            if (ExtendedKeepAliveSupport.isSupported()) {
                options.socketOptions(options.build()
                        .getSocketOptions()
                        .mutate()
                        .keepAlive(KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(5))
                                .interval(Duration.ofSeconds(2))
                                .count(3)
                                .build())
                        .build());
            }
        };
    }

    /** Creates the container, which {@link ChangeFeed} starts, since an automatic start fails without a Redis. */
    @Bean
    RedisMessageListenerContainer changeListenerContainer(RedisConnectionFactory connections) {
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.setAutoStartup(false);
        // Handles notifications in order of arrival; the work that follows a change runs on other threads.
        container.setTaskExecutor(Runnable::run);
        return container;
    }

    @Bean
    ChangeFeed changeFeed(
            StringRedisTemplate redis,
            RedisMessageListenerContainer changeListenerContainer,
            RedisConnections redisConnections,
            InstantSource clock) {
        return new ChangeFeed(redis, changeListenerContainer, redisConnections, clock);
    }

    @Bean
    TokenStore redisTokenStore(StringRedisTemplate redis, RedisProperties properties, ChangeFeed changeFeed) {
        RecordFormat format = new RecordFormat(TokenEncryption.with(properties));
        return new RedisTokenStore(redis, format, changeFeed, threads());
    }

    @Bean
    @Order(2)
    StartNote redisNote(DataRedisConnectionDetails redis, RedisProperties properties) {
        boolean sealed = !properties.encryptionKey().isEmpty();
        return new StartNote(
                "store",
                List.of("redis, " + where(redis) + (sealed ? ", encrypted" : "")),
                sealed
                        ? List.of()
                        : List.of("Anyone who can read Redis can read the tokens: see wxtoken.redis.encryption-key."));
    }

    /** Describes the address without the user and the password. */
    private static String where(DataRedisConnectionDetails redis) {
        if (redis.getSentinel() != null) {
            return "master " + redis.getSentinel().getMaster() + " of the sentinels "
                    + names(redis.getSentinel().getNodes());
        }
        if (redis.getCluster() != null) {
            return "cluster of " + names(redis.getCluster().getNodes());
        }
        if (redis.getMasterReplica() != null) {
            return "master and replicas " + names(redis.getMasterReplica().getNodes());
        }
        Standalone one = redis.getStandalone();
        return one == null ? "" : one.getHost() + ":" + one.getPort() + ", database " + one.getDatabase();
    }

    private static String names(List<Node> nodes) {
        return nodes.stream().map(node -> node.host() + ":" + node.port()).collect(Collectors.joining(", "));
    }

    private static ExecutorService threads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), new DaemonThreads("redis-"));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
