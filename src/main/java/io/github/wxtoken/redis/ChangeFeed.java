package io.github.wxtoken.redis;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenStore.Watcher;
import io.github.wxtoken.token.TokenStoreException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
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
    private final InstantSource clock;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "redis-changes");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean running;
    private volatile @Nullable String unusable;

    /** Whether the Redis at the other end is known to be one that we can use. */
    private volatile boolean known;

    /** The number of the last change heard of. */
    private long heard = UNKNOWN;

    /** The last look, or null where Redis was away since. */
    private @Nullable Poll last;

    /** Whether something was heard that may be word of any change. */
    private volatile boolean unclear;

    ChangeFeed(StringRedisTemplate redis, RedisMessageListenerContainer container, InstantSource clock) {
        this.redis = redis;
        this.container = container;
        this.clock = clock;
        container.addMessageListener(
                (message, pattern) -> hear(new String(message.getBody(), StandardCharsets.UTF_8)),
                ChannelTopic.of(RedisKeys.CHANNEL));
    }

    void tell(Watcher watcher) {
        watchers.add(watcher);
    }

    /**
     * Throws where this Redis is none that we can use. Whoever comes before the first look has a look at it, so that nothing
     * is ever written to one for which none of this was tried. Without a lock: messages come on the thread that answers
     * would come on.
     */
    void requireUsable() {
        String why = unusable;
        if (why == null && !known) {
            RedisFailures.told(this::findVersions);
            why = unusable;
        }
        if (why != null) {
            throw new TokenStoreException(why);
        }
    }

    @Override
    public void start() {
        running = true;
        looking.scheduleWithFixedDelay(this::lookSafely, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
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

    /** Notes a change: its number, the revision and the name of what was changed. */
    void hear(String message) {
        String[] words = message.split(" ", -1);
        TokenKey key;
        long number;
        long revision;
        try {
            number = Long.parseLong(words[0]);
            revision = Long.parseLong(words[1]);
            key = RedisKeys.key(words[2]);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            // Of a newer version of ours, or of somebody else: something has changed. The next look finds out what, as
            // there may be many such messages.
            unclear = true;
            return;
        }
        boolean gap;
        synchronized (this) {
            gap = heard != UNKNOWN && number != heard + 1;
            heard = number;
        }
        tellAll(watcher -> watcher.changed(key, revision));
        if (gap) {
            tellAll(Watcher::missed);
        }
    }

    /** Whatever happens, the next look must come: a scheduler drops a task that throws. */
    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException | Error e) {
            log.error("Could not look for changes in Redis: {}", e.getClass().getName());
        }
    }

    private void look() {
        try {
            if (!known) {
                RedisFailures.told(this::findVersions);
            }
            requireUsable();
            RedisFailures.told(() -> {
                if (!container.isListening()) {
                    // Where it could not subscribe, it goes on running, and never tries again by itself.
                    container.stop();
                    container.start();
                }
                return true;
            });
            Instant asked = clock.instant();
            String number = RedisFailures.told(() -> {
                String found = redis.opsForValue().get(RedisKeys.CHANGES);
                return found == null ? "0" : found;
            });
            compare(number(number), asked);
        } catch (TokenStoreException e) {
            lost(e);
        }
    }

    private static long number(String found) {
        try {
            return Long.parseLong(found);
        } catch (NumberFormatException e) {
            throw new TokenStoreException(RedisFailures.NO_NUMBER);
        }
    }

    /**
     * Compares a number, for which Redis was asked at an instant of the local clock, with what was heard of. Word of a change
     * and the number come on two ways, of which either may be faster: so what counts is what of the one was there at the last
     * look, and is not in the other now.
     */
    void compare(long number, Instant asked) {
        boolean missed;
        Instant upTo;
        synchronized (this) {
            Poll before = last;
            missed = before == null || heard < before.number || number < before.heard || unclear;
            unclear = false;
            // Word of what was changed between the two looks may still be on its way.
            upTo = before == null || heard >= number ? asked : before.at;
            if (missed) {
                heard = number;
            }
            last = new Poll(number, heard, asked);
        }
        tellAll(missed ? Watcher::missed : watcher -> watcher.heard(upTo));
    }

    private void lost(TokenStoreException why) {
        known = false;
        // Until the next look nobody else needs to find out, and wait for it.
        unusable = why.getMessage();
        synchronized (this) {
            last = null;
        }
        tellAll(watcher -> watcher.away(why));
    }

    /** Looks which version it is; of a Cluster, each node tells its own. */
    private boolean findVersions() {
        Properties info = redis.execute((RedisCallback<Properties>)
                connection -> connection.serverCommands().info("server"));
        unusable = info == null
                ? null
                : info.stringPropertyNames().stream()
                        .filter(name -> name.endsWith("redis_version"))
                        .map(info::getProperty)
                        .filter(version -> !isNewEnough(version))
                        .findFirst()
                        .map(version -> "Redis " + version + " is too old: wxtoken needs 6.2 or newer, or Valkey.")
                        .orElse(null);
        known = unusable == null;
        return known;
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

    /**
     * A look at the number of the last change.
     *
     * @param heard the number of the last one that had been heard of then
     * @param at when it was made, by the local clock
     */
    private record Poll(long number, long heard, Instant at) {}

    private void tellAll(Consumer<Watcher> what) {
        watchers.forEach(what);
    }
}
