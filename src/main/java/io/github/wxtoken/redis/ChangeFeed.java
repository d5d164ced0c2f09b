package io.github.wxtoken.redis;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenStore.Watcher;
import io.github.wxtoken.token.TokenStoreException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/**
 * Hears from Redis which records were replaced. Changes are numbered; every two seconds the last number is looked up, so
 * that lost ones are missed, and it is known whether Redis is there. Thread-safe.
 */
final class ChangeFeed implements SmartLifecycle {

    /** A change whose word is still not here at the second look was lost: 4 seconds after it at most. */
    private static final long LOOK_EVERY_MILLIS = 2000;

    private static final long UNKNOWN = -1;
    private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);

    private final StringRedisTemplate redis;
    private final RedisMessageListenerContainer container;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "redis-changes");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean running;
    private volatile @Nullable String unusable;

    /** Whether the version of the Redis at the other end was looked at; of the thread that looks. */
    private boolean known;

    /** The number of the last change heard of. */
    private long heard = UNKNOWN;

    /** The number of the last change at the last look. */
    private long looked = UNKNOWN;

    ChangeFeed(StringRedisTemplate redis, RedisMessageListenerContainer container) {
        this.redis = redis;
        this.container = container;
        container.addMessageListener(
                (message, pattern) -> hear(new String(message.getBody(), StandardCharsets.UTF_8)),
                ChannelTopic.of(Names.CHANNEL));
    }

    void tell(Watcher watcher) {
        watchers.add(watcher);
    }

    /** Throws where this Redis is none that we can use. */
    void requireUsable() {
        String why = unusable;
        if (why != null) {
            throw new TokenStoreException(why);
        }
    }

    @Override
    public void start() {
        running = true;
        looking.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        looking.shutdownNow();
        container.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** It cannot be started again. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Notes a change: its number, the version and the name of what was changed. */
    void hear(String message) {
        String[] words = message.split(" ", -1);
        TokenKey key;
        long number;
        long version;
        try {
            number = Long.parseLong(words[0]);
            version = Long.parseLong(words[1]);
            key = Names.key(words[2]);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            // Of a newer version of ours, or of somebody else: something has changed.
            tellAll(Watcher::missed);
            return;
        }
        boolean gap;
        synchronized (this) {
            gap = heard != UNKNOWN && number != heard + 1;
            heard = number;
        }
        tellAll(watcher -> watcher.changed(key, version));
        if (gap) {
            tellAll(Watcher::missed);
        }
    }

    private void look() {
        try {
            RedisTrouble.told(() -> {
                requireVersion();
                if (!container.isRunning()) {
                    container.start();
                }
                return true;
            });
            String number = RedisTrouble.told(() -> {
                String found = redis.opsForValue().get(Names.CHANGES);
                return found == null ? "0" : found;
            });
            compare(Long.parseLong(number));
        } catch (TokenStoreException e) {
            lost(e);
        } catch (RuntimeException | Error e) {
            log.error("Could not look for changes in Redis: {}", e.getClass().getName());
        }
    }

    private void compare(long number) {
        boolean missed;
        synchronized (this) {
            missed = looked == UNKNOWN || heard < looked || number < heard;
            if (missed) {
                heard = number;
            }
            looked = number;
        }
        if (missed) {
            tellAll(Watcher::missed);
        }
    }

    private void lost(TokenStoreException why) {
        known = false;
        synchronized (this) {
            looked = UNKNOWN;
        }
        tellAll(watcher -> watcher.away(why));
    }

    /**
     * Refuses a Redis for which none of this was tried. Without a lock: messages come on the thread that answers would come
     * on.
     */
    private void requireVersion() {
        if (known) {
            return;
        }
        Properties info = redis.execute((RedisCallback<Properties>)
                connection -> connection.serverCommands().info("server"));
        String version = info == null ? null : info.getProperty("redis_version");
        unusable = version == null || isNewEnough(version)
                ? null
                : "Redis " + version + " is too old: wxtoken needs 6.2 or newer, or Valkey.";
        requireUsable();
        known = true;
    }

    static boolean isNewEnough(String version) {
        String[] parts = version.split("\\.", -1);
        try {
            int major = Integer.parseInt(parts[0]);
            return major > 6 || (major == 6 && parts.length > 1 && Integer.parseInt(parts[1]) >= 2);
        } catch (NumberFormatException e) {
            // Whoever names versions in another way is newer.
            return true;
        }
    }

    private void tellAll(Consumer<Watcher> what) {
        watchers.forEach(what);
    }
}
