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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The store in Redis: a hash with {@code version} and {@code record} for each token, replaced by a script that compares
 * first, counts the change and publishes it. Thread-safe.
 */
final class RedisTokenStore implements TokenStore {

    /** Long enough for whatever a record is still good for: its token lives 2 hours, its budget counts a day. */
    private static final Duration KEPT = Duration.ofDays(2);

    @SuppressWarnings("rawtypes") // What a script's array comes as.
    private static final RedisScript<List> LOAD = RedisScript.of(
            """
            local time = redis.call('TIME')
            local held = redis.call('HMGET', KEYS[1], 'version', 'record')
            return {time[1], time[2], held[1], held[2]}
            """,
            List.class);

    private static final RedisScript<Long> REPLACE = RedisScript.of(
            """
            if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then
              return 0
            end
            redis.call('HSET', KEYS[1], 'version', ARGV[2], 'record', ARGV[3])
            redis.call('PEXPIRE', KEYS[1], ARGV[4])
            local count = redis.call('INCR', KEYS[2])
            redis.call('PEXPIRE', KEYS[2], ARGV[4])
            redis.call('PUBLISH', ARGV[5], count .. ' ' .. ARGV[2] .. ' ' .. ARGV[6])
            return 1
            """,
            Long.class);

    private static final Logger log = LoggerFactory.getLogger(RedisTokenStore.class);

    private final StringRedisTemplate redis;
    private final RecordFormat format;
    private final Executor executor;
    private final ChangeFeed feed;

    /** The versions of records that could not be read, each of which is reported once. */
    private final Map<TokenKey, Long> unreadable = new ConcurrentHashMap<>();

    /** Creates it; its methods are called on {@code executor}. */
    RedisTokenStore(StringRedisTemplate redis, RecordFormat format, ChangeFeed feed, Executor executor) {
        this.redis = redis;
        this.format = format;
        this.feed = feed;
        this.executor = executor;
    }

    @Override
    public Stored load(TokenKey key) {
        feed.requireUsable();
        List<?> held = RedisTrouble.told(() -> redis.execute(LOAD, List.of(Names.record(key))));
        Instant now = Instant.ofEpochSecond(Long.parseLong((String) held.get(0)))
                .plusNanos(1000 * Long.parseLong((String) held.get(1)));
        String version = (String) held.get(2);
        String record = (String) held.get(3);
        return stored(key, version == null ? 0 : Long.parseLong(version), record, now);
    }

    private Stored stored(TokenKey key, long version, @Nullable String record, Instant now) {
        if (record == null) {
            return new Stored(TokenRecord.EMPTY, version, now, null);
        }
        try {
            Read read = format.read(key, record);
            unreadable.remove(key);
            return new Stored(read.record(), version, now, read);
        } catch (IOException e) {
            Long reported = unreadable.put(key, version);
            if (reported == null || reported != version) {
                log.warn("What Redis holds as {} is no record of wxtoken; it will be replaced", Names.record(key));
            }
            return new Stored(TokenRecord.EMPTY, version, now, null);
        }
    }

    @Override
    public boolean replace(TokenKey key, Stored seen, TokenRecord record) {
        feed.requireUsable();
        String text = format.write(key, record, (Read) seen.memo());
        Long replaced = RedisTrouble.told(() -> redis.execute(
                REPLACE,
                List.of(Names.record(key), Names.CHANGES),
                Long.toString(seen.version()),
                Long.toString(seen.next()),
                text,
                Long.toString(KEPT.toMillis()),
                Names.CHANNEL,
                Names.of(key)));
        return replaced == 1;
    }

    @Override
    public void watch(Watcher watcher) {
        feed.tell(watcher);
    }

    @Override
    public Executor executor() {
        return executor;
    }
}
