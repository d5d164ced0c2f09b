package io.github.wxtoken.redis;

import io.github.wxtoken.redis.RecordFormat.Read;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * A {@link TokenStore} in Redis, with a hash of {@code revision} and {@code record} for each token. A script replaces a
 * record if its revision is unchanged, counts the change and publishes it. Thread-safe.
 */
final class RedisTokenStore implements TokenStore {

    /** The expiry of a record. It outlasts the contents: a token lives 2 hours, a budget counts one day. */
    private static final Duration KEPT = Duration.ofDays(2);

    /** A revision that is further ahead of the clock than this was made by a wrong clock. */
    private static final Duration WRONG_CLOCK = Duration.ofHours(1);

    @SuppressWarnings("rawtypes") // The result type of a script that returns an array.
    private static final RedisScript<List> LOAD = RedisScript.of(
            """
            local time = redis.call('TIME')
            local held = redis.call('HMGET', KEYS[1], 'revision', 'record')
            return {time[1], time[2], held[1], held[2]}
            """,
            List.class);

    /** Commands that may fail come first, since Redis does not roll back what a failed script did. */
    private static final RedisScript<Long> REPLACE = RedisScript.of(
            """
            local revision = redis.call('HGET', KEYS[1], 'revision')
            if not revision or #revision > 18 or not string.match(revision, '^[1-9]%d*$') then
              revision = '0'
            end
            if revision ~= ARGV[1] then
              return 0
            end
            local count = redis.call('INCR', KEYS[2])
            redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'record', ARGV[3])
            redis.call('PEXPIRE', KEYS[1], ARGV[4])
            redis.call('PEXPIRE', KEYS[2], ARGV[4])
            redis.call('PUBLISH', ARGV[5], count .. ' ' .. ARGV[2] .. ' ' .. ARGV[6])
            return 1
            """,
            Long.class);

    /** The same check as in the script. Anything else counts as 0; otherwise the record could never be replaced. */
    private static final Pattern REVISION = Pattern.compile("[1-9][0-9]{0,17}");

    private static final Logger log = LoggerFactory.getLogger(RedisTokenStore.class);

    private final StringRedisTemplate redis;
    private final RecordFormat format;
    private final Executor executor;
    private final ChangeFeed feed;

    /** The revisions of unreadable records, each of which is logged once. */
    private final Map<TokenKey, Long> unreadable = new ConcurrentHashMap<>();

    /** Creates the store; callers run its methods on {@code executor}. */
    RedisTokenStore(StringRedisTemplate redis, RecordFormat format, ChangeFeed feed, Executor executor) {
        this.redis = redis;
        this.format = format;
        this.feed = feed;
        this.executor = executor;
    }

    @Override
    public Stored load(TokenKey key) {
        List<?> held = feed.call(() -> redis.execute(LOAD, List.of(RedisKeys.record(key))));
        Instant now = Instant.ofEpochSecond(Long.parseLong((String) held.get(0)))
                .plusNanos(1000 * Long.parseLong((String) held.get(1)));
        String revision = (String) held.get(2);
        String record = (String) held.get(3);
        if (revision == null) {
            return stored(key, 0, record, now);
        }
        if (!REVISION.matcher(revision).matches()) {
            reportOnce(key, 0, "The revision in the Redis key {} is not a number; it counts as 0 and will be replaced");
            return stored(key, 0, record, now);
        }
        long number = Long.parseLong(revision);
        return stored(key, number, record, notBefore(number, now));
    }

    /**
     * Returns the time, but not earlier than the last change, whose time its revision follows. After a failover the
     * time may come from another machine with a clock that is behind. Then the result stands still until that clock has
     * caught up. A revision from a wrong clock is ignored.
     */
    private static Instant notBefore(long revision, Instant now) {
        Instant changed = Instant.ofEpochMilli(revision);
        return changed.isAfter(now) && changed.isBefore(now.plus(WRONG_CLOCK)) ? changed : now;
    }

    private Stored stored(TokenKey key, long revision, @Nullable String record, Instant now) {
        if (record == null) {
            return new Stored(TokenRecord.EMPTY, revision, now, null);
        }
        try {
            Read read = format.read(key, record);
            return new Stored(read.record(), revision, now, read);
        } catch (IOException e) {
            reportOnce(key, revision, "The Redis key {} does not hold a wxtoken record; it will be replaced");
            return new Stored(TokenRecord.EMPTY, revision, now, null);
        }
    }

    private void reportOnce(TokenKey key, long revision, String message) {
        Long reported = unreadable.put(key, revision);
        if (reported == null || reported != revision) {
            log.warn(message, RedisKeys.record(key));
        }
    }

    @Override
    public boolean replace(TokenKey key, Stored seen, TokenRecord record) {
        String text = format.write(key, record, (Read) seen.memo());
        Long replaced = feed.call(() -> redis.execute(
                REPLACE,
                List.of(RedisKeys.record(key), RedisKeys.CHANGES),
                Long.toString(seen.revision()),
                Long.toString(seen.next()),
                text,
                Long.toString(KEPT.toMillis()),
                RedisKeys.CHANNEL,
                RedisKeys.of(key)));
        if (replaced == 1) {
            unreadable.remove(key);
        }
        return replaced == 1;
    }

    @Override
    public void watch(Watcher watcher) {
        feed.addWatcher(watcher);
    }

    /** Returns a minute: a failover and its consequences take a while. */
    @Override
    public Duration writeLossWindow() {
        return Duration.ofMinutes(1);
    }

    /** Returns 5 seconds: the {@link ChangeFeed} notices a counter that went back within 4. */
    @Override
    public Duration lossDetectionTime() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Executor executor() {
        return executor;
    }
}
