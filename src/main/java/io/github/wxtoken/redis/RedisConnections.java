package io.github.wxtoken.redis;

import io.github.wxtoken.redis.RedisFailures.ConnectionState;
import io.github.wxtoken.token.TokenStoreException;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections to Redis, with replacement of those that are open but of no use. Thread-safe.
 *
 * <p>Lettuce keeps a connection until it is closed. So it stays with a primary that was demoted, and with a host that
 * fell silent until the kernel gives up, after 15 minutes. This class closes the connections in both cases. Lettuce
 * then connects to the configured address within a second, resolves the name or asks the Sentinels again, and repeats
 * the subscription.
 *
 * <ul>
 *   <li>An answer of a wrong node closes the connections at once, to a poll as well as to any other call.
 *   <li>Two polls in a row without an answer, or with one that should soon change, close them too. Other calls do not
 *       count: many of them fail together when Redis hangs for a second.
 *   <li>Closing affects all connections: the one that receives notifications is idle and shows no failure.
 *   <li>They are closed once per poll at most, so that Lettuce has two seconds to connect.
 * </ul>
 */
final class RedisConnections implements NettyCustomizer {

    private static final int DOUBTFUL_POLLS = 2;

    private static final Logger log = LoggerFactory.getLogger(RedisConnections.class);

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /** Whether the connections were not closed since the last poll began. */
    private final AtomicBoolean closable = new AtomicBoolean(true);

    /** Whether a replacement was logged since the last useful answer to a poll. */
    private final AtomicBoolean logged = new AtomicBoolean();

    /** The number of doubtful polls in a row; only the thread that polls uses it. */
    private int doubtful;

    @Override
    public void afterChannelInitialized(Channel channel) {
        channels.add(channel);
    }

    /**
     * Runs a command and returns its result. Replaces the connections if a wrong node answers.
     *
     * @throws TokenStoreException if it fails or returns null, with a message for operators
     */
    <T> T call(Supplier<@Nullable T> command) {
        return RedisFailures.call(() -> {
            try {
                return command.get();
            } catch (RuntimeException e) {
                if (RedisFailures.connectionState(e) == ConnectionState.WRONG_NODE) {
                    replace("this node is not the primary, or rejects the connection");
                }
                throw e;
            }
        });
    }

    /**
     * Polls and returns the result. Replaces the connections if a wrong node answers, or after several polls without a
     * useful answer. Only one thread polls.
     *
     * @throws TokenStoreException if it fails or returns null, with a message for operators
     */
    <T> T poll(Supplier<@Nullable T> command) {
        closable.set(true);
        return call(() -> {
            try {
                T result = command.get();
                doubtful = 0;
                logged.set(false);
                return result;
            } catch (RuntimeException e) {
                doubtful = RedisFailures.connectionState(e) == ConnectionState.DOUBTFUL ? doubtful + 1 : 0;
                if (doubtful >= DOUBTFUL_POLLS) {
                    doubtful = 0;
                    replace("no answer, or none of use, to several polls");
                }
                throw e;
            }
        });
    }

    /** Closes the connections, after which Lettuce opens new ones. */
    void replace(String reason) {
        // To close a channel that is being connected would only delay that.
        if (closable.compareAndSet(true, false) && channels.stream().anyMatch(Channel::isActive)) {
            if (logged.compareAndSet(false, true)) {
                log.info("Replacing the connections to Redis: {}", reason);
            }
            channels.close(Channel::isActive);
        }
    }
}
