package io.github.wxtoken.redis;

import io.github.wxtoken.support.DaemonThreads;
import io.github.wxtoken.token.StoreProblem;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/**
 * A feed of the records that were replaced in Redis, with detection of lost notifications. Thread-safe.
 *
 * <p>Each replacement increments a counter in Redis and publishes a notification with the new number. Pub/Sub may lose
 * notifications. So every two seconds a poll compares the counter with the number of the last notification.
 *
 * <ul>
 *   <li>A notification reports its record as changed. A gap in the numbers also reports {@link Watcher#missed()}: any
 *       record may have changed.
 *   <li>The counter and the notifications arrive on separate connections, in any order. So a poll compares each with
 *       the other as it was at the previous poll. A change counted then but not received by now was lost; it is
 *       detected within 4 seconds. A number received then but not counted by now means that the counter went back, as
 *       after a failover.
 *   <li>The first poll also reports missed changes, as does the first one after an outage or after a notification that
 *       cannot be parsed.
 *   <li>A poll without missed changes reports {@link Watcher#upToDate}: all changes up to an instant were received.
 *   <li>A failed poll reports {@link Watcher#away}. {@link #call} then throws until a poll reaches a supported Redis
 *       again. A poll of a replica fails, since its address should lead to the primary.
 *   <li>Polls that fail, and changes without any notification, may be due to the connections: see {@link
 *       RedisConnections}.
 * </ul>
 *
 * <p>Notifications and polls run on different threads. Both update the numbers under the lock of this object and call
 * watchers without it, so watchers may be called concurrently.
 */
final class ChangeFeed implements SmartLifecycle {

    /** The second poll after a change detects that its notification was lost: after 4 seconds at most. */
    private static final long POLL_INTERVAL_MILLIS = 2000;

    /** The number of times that changes are counted without any notification before the connections are replaced. */
    private static final int SILENT_POLLS = 2;

    private static final long UNKNOWN = -1;

    /**
     * Reads the counter, but not from a replica: a primary that was demoted may keep its clients. A script is routed
     * like those that write. A Redis that denies INFO to scripts is taken for a primary.
     */
    private static final RedisScript<String> POLL = RedisScript.of(
            """
            local info = redis.pcall('INFO', 'replication')
            if type(info) == 'string' and string.find(info, 'role:slave', 1, true) then
              return redis.error_reply('READONLY This is a replica.')
            end
            return redis.call('GET', KEYS[1]) or '0'
            """,
            String.class);

    private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);

    private final StringRedisTemplate redis;
    private final RedisMessageListenerContainer container;
    private final RedisConnections connections;
    private final InstantSource clock;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService poller =
            Executors.newSingleThreadScheduledExecutor(new DaemonThreads("redis-changes-"));
    private volatile boolean running;
    private volatile @Nullable TokenStoreException unusable;

    /** Whether the version of this Redis is known to be supported. */
    private volatile boolean known;

    /** The number of the last notification, or of the last poll if that missed changes. */
    private long lastReceived = UNKNOWN;

    /** The number of comparisons since the last notification that showed a change without one. */
    private int silentPolls;

    /** The last poll, or null if Redis was away since. */
    private @Nullable Poll last;

    /** Whether a notification arrived that cannot be parsed and so may concern any record. */
    private volatile boolean unclear;

    ChangeFeed(
            StringRedisTemplate redis,
            RedisMessageListenerContainer container,
            RedisConnections connections,
            InstantSource clock) {
        this.redis = redis;
        this.container = container;
        this.connections = connections;
        this.clock = clock;
        container.addMessageListener(
                (message, pattern) -> received(new String(message.getBody(), StandardCharsets.UTF_8)),
                ChannelTopic.of(RedisKeys.CHANNEL));
    }

    void addWatcher(Watcher watcher) {
        watchers.add(watcher);
    }

    /**
     * Runs a command on a usable Redis and returns its result. Before the first poll, the caller itself checks the
     * version, so that nothing is written to an unchecked Redis. It takes no lock, since notifications arrive on the
     * thread that would deliver the reply.
     *
     * @throws TokenStoreException if the command or the last poll failed, or the version is not supported
     */
    <T> T call(Supplier<@Nullable T> command) {
        if (unusable == null && !known) {
            connections.call(this::findVersions);
        }
        requireUsable();
        return connections.call(command);
    }

    private void requireUsable() {
        TokenStoreException why = unusable;
        if (why != null) {
            throw new TokenStoreException(why.problem(), why.detail());
        }
    }

    @Override
    public void start() {
        running = true;
        poller.scheduleWithFixedDelay(this::pollSafely, 0, POLL_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        poller.shutdownNow();
        container.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Returns false, since the feed cannot be restarted. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Processes a notification: the number of the change, and the revision and the name of the changed record. */
    void received(String message) {
        String[] words = message.split(" ", -1);
        TokenKey key;
        long number;
        long revision;
        try {
            number = Long.parseLong(words[0]);
            revision = Long.parseLong(words[1]);
            key = RedisKeys.key(words[2]);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            // A newer version of wxtoken or another application sent it: something may have changed. The next poll
            // reports it, since there may be many such messages.
            unclear = true;
            return;
        }
        boolean gap;
        synchronized (this) {
            gap = lastReceived != UNKNOWN && number != lastReceived + 1;
            silentPolls = 0;
            lastReceived = number;
        }
        notifyWatchers(watcher -> watcher.changed(key, revision));
        if (gap) {
            notifyWatchers(Watcher::missed);
        }
    }

    /** Polls, and catches every exception, since a scheduler drops a task that throws. */
    private void pollSafely() {
        try {
            poll();
        } catch (RuntimeException | Error e) {
            log.error("Could not poll Redis for changes: {}", e.getClass().getName());
        }
    }

    private void poll() {
        Instant asked = clock.instant();
        try {
            compare(number(connections.poll(this::ask)), asked);
        } catch (TokenStoreException e) {
            lost(e);
        }
    }

    private @Nullable String ask() {
        if (!known) {
            findVersions();
        }
        requireUsable();
        if (!container.isListening()) {
            // A container that could not subscribe stays running but never tries again by itself.
            container.stop();
            container.start();
        }
        return redis.execute(POLL, List.of(RedisKeys.CHANGES));
    }

    private static long number(String found) {
        try {
            return Long.parseLong(found);
        } catch (NumberFormatException e) {
            throw new TokenStoreException(StoreProblem.FOREIGN_KEYS, RedisKeys.CHANGES);
        }
    }

    /**
     * Compares the polled counter with the number of the last notification. The two arrive on separate connections, of
     * which either may be faster. So each is compared with the other as it was at the last poll.
     *
     * @param number the counter
     * @param asked the instant before the poll, by the local clock
     */
    void compare(long number, Instant asked) {
        boolean missed;
        boolean silent;
        Instant upTo;
        synchronized (this) {
            Poll before = last;
            missed = before == null || lastReceived < before.number || number < before.received || unclear;
            unclear = false;
            boolean nothing = before != null && lastReceived == before.received && lastReceived < before.number;
            silentPolls += nothing ? 1 : 0;
            // Once: where a proxy delivers no notifications at all, new connections do not help, and polls suffice.
            silent = nothing && silentPolls == SILENT_POLLS;
            // Notifications of changes between the two polls may still be in transit.
            upTo = before == null || lastReceived >= number ? asked : before.at;
            if (missed) {
                lastReceived = number;
            }
            last = new Poll(number, lastReceived, asked);
        }
        if (silent) {
            connections.replace("notifications do not arrive");
        }
        notifyWatchers(missed ? Watcher::missed : watcher -> watcher.upToDate(upTo));
    }

    private void lost(TokenStoreException why) {
        known = false;
        // Until the next poll, other calls fail at once instead of waiting for Redis.
        unusable = why;
        synchronized (this) {
            last = null;
        }
        notifyWatchers(watcher -> watcher.away(why));
    }

    /** Checks the version of Redis, in a Cluster that of each node. */
    private boolean findVersions() {
        Properties info = redis.execute((RedisCallback<Properties>)
                connection -> connection.serverCommands().info("server"));
        String tooOld = info == null ? null : RedisVersion.tooOld(info);
        unusable = tooOld == null ? null : new TokenStoreException(StoreProblem.TOO_OLD, tooOld);
        known = unusable == null;
        return known;
    }

    /**
     * A poll of the number of the last change.
     *
     * @param number the polled number
     * @param received the number of the last notification at that time
     * @param at the time of the poll, by the local clock
     */
    private record Poll(long number, long received, Instant at) {}

    private void notifyWatchers(Consumer<Watcher> what) {
        watchers.forEach(what);
    }
}
