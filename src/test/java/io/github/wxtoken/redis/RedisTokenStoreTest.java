package io.github.wxtoken.redis;

import static io.github.wxtoken.token.Records.withVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.TokenStore.Stored;
import io.github.wxtoken.token.TokenStore.Watcher;
import io.github.wxtoken.token.TokenStoreContract;
import io.github.wxtoken.token.TokenStoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Runs the store contract on a real Redis and checks what is stored there. */
class RedisTokenStoreTest extends TokenStoreContract {

    private static final String KEY_1 = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private static final String KEY_2 = "YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqMDE=";
    private static final Path GOLDEN = Path.of(
            System.getProperty("basedir", ""),
            "src",
            "test",
            "resources",
            "io",
            "github",
            "wxtoken",
            "redis",
            "record.json");

    private static final String RECORD = "wxtoken:{tokens}:record:wx0123456789abcdef:access_token";

    @SuppressWarnings("NullAway.Init")
    private static RealRedis redis;

    private final LettuceConnectionFactory connections = new LettuceConnectionFactory(
            new RedisStandaloneConfiguration("127.0.0.1", redis.port()),
            LettuceClientConfiguration.builder()
                    .commandTimeout(Duration.ofSeconds(10))
                    .build());
    private final StringRedisTemplate template = new StringRedisTemplate();
    private final List<ChangeFeed> feeds = new ArrayList<>();

    RedisTokenStoreTest() {
        connections.afterPropertiesSet();
        connections.start();
        template.setConnectionFactory(connections);
        template.afterPropertiesSet();
        template.execute(
                connection -> {
                    connection.serverCommands().flushAll();
                    return true;
                },
                true);
    }

    @BeforeAll
    static void start() {
        redis = new RealRedis();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void disconnect() {
        feeds.forEach(ChangeFeed::stop);
        connections.destroy();
    }

    @Override
    protected TokenStore store() {
        return encrypting();
    }

    private TokenStore encrypting(String... encryptionKeys) {
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.setAutoStartup(false);
        container.setTaskExecutor(Runnable::run);
        ChangeFeed feed = new ChangeFeed(template, container, new RedisConnections(), InstantSource.system());
        container.afterPropertiesSet();
        CountDownLatch listening = new CountDownLatch(1);
        feed.addWatcher(new Watcher() {
            @Override
            public void changed(TokenKey key, long revision) {
                // Tests of this notification register their own watcher.
            }

            @Override
            public void missed() {
                listening.countDown();
            }

            @Override
            public void upToDate(Instant upTo) {}

            @Override
            public void away(TokenStoreException why) {
                throw new AssertionError("Redis is there", why);
            }
        });
        feed.start();
        feeds.add(feed);
        try {
            assertThat(listening.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        RecordFormat format = new RecordFormat(TokenEncryption.with(new RedisProperties(List.of(encryptionKeys))));
        return new RedisTokenStore(template, format, feed, Runnable::run);
    }

    @Test
    void everyKeyIsUnderOurPrefixAndEnds() {
        put(store(), full());
        Set<String> keys = template.keys("*");
        assertThat(keys).containsExactlyInAnyOrder(RECORD, "wxtoken:{tokens}:changes");
        assertThat(keys).allSatisfy(key -> assertThat(template.getExpire(key)).isBetween(172_000L, 172_800L));
    }

    @Test
    void itsClockIsThatOfRedis() {
        long before = System.currentTimeMillis();
        assertThat(store().load(KEY).now().toEpochMilli()).isBetween(before, System.currentTimeMillis());
    }

    /** Replicas of different versions share the records, so a change of the format must be intentional. */
    @Test
    void aRecordIsWrittenByteForByteAsTheGoldenFileHasIt() throws IOException {
        byte[] golden = Files.readAllBytes(GOLDEN);
        put(store(), full());
        assertThat(text()).isEqualTo(new String(golden, StandardCharsets.UTF_8));
        write(new String(golden, StandardCharsets.UTF_8));
        assertThat(store().load(KEY).record()).isEqualTo(full());
    }

    @Test
    void tokensAreEncryptedAndKeysMayBeChanged() {
        put(store(), full());
        assertThat(text()).contains("previous-value");
        TokenStore first = encrypting(KEY_1);
        assertThat(first.load(KEY).record()).as("what was not encrypted yet").isEqualTo(full());
        template.delete(RECORD);
        put(first, full());
        assertThat(text()).doesNotContain("previous-value").doesNotContain("\"value\"");
        assertThat(first.load(KEY).record()).isEqualTo(full());
        assertThat(encrypting(KEY_2, KEY_1).load(KEY).record())
                .as("while changing keys")
                .isEqualTo(full());
        for (TokenStore other : List.of(encrypting(KEY_2), store())) {
            assertThatThrownBy(() -> other.load(KEY))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("wxtoken.redis.encryption-key");
        }
    }

    @Test
    void withTheNextChangeATokenIsEncryptedByTheNewKey() {
        put(encrypting(KEY_1), full());
        TokenStore changing = encrypting(KEY_2, KEY_1);
        Stored stored = changing.load(KEY);
        TokenRecord looked = withVersion(full(), full().version() + 1);
        assertThat(changing.replace(KEY, stored, looked)).isTrue();
        assertThat(encrypting(KEY_2).load(KEY).record())
                .as("the old key may go, though the token is the same")
                .isEqualTo(looked);
    }

    @Test
    void aClockThatIsBehindTheLastChangeStandsStill() {
        put(store(), full());
        long ahead = System.currentTimeMillis() + 240_000;
        template.opsForHash().put(RECORD, "revision", Long.toString(ahead));
        assertThat(store().load(KEY).now().toEpochMilli()).as("a failover").isEqualTo(ahead);
        template.opsForHash().put(RECORD, "revision", Long.toString(ahead + 7_200_000));
        assertThat(store().load(KEY).now().toEpochMilli())
                .as("no clock was ever there")
                .isLessThan(ahead);
    }

    @Test
    void aRecordWithAWordThatOnlyANewerVersionKnowsIsLeftAlone() {
        TokenStore store = store();
        put(store, full());
        write(text().replace("\"trigger\":\"FORCED\"", "\"trigger\":\"NEWER\""));
        assertThatThrownBy(() -> store.load(KEY))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("upgrade this replica");
    }

    @Test
    void aTokenCannotBePassedOffAsAnotherAccounts() {
        TokenStore store = encrypting(KEY_1);
        put(store, full());
        String other = "wxtoken:{tokens}:record:wxfedcba9876543210:access_token";
        template.opsForHash().put(other, "revision", "5");
        template.opsForHash().put(other, "record", text());
        assertThatThrownBy(() -> store.load(RedisKeys.key("wxfedcba9876543210:access_token")))
                .isInstanceOf(TokenStoreException.class);
    }

    @Test
    void whatANewerVersionAddedStays() {
        TokenStore store = store();
        put(store, full());
        write(text().replaceFirst("\\{", "{\"later\":{\"x\":[1]},")
                .replaceFirst("\"claim\":\\{", "\"claim\":{\"added\":true,"));
        Stored stored = store.load(KEY);
        assertThat(stored.record()).isEqualTo(full());
        TokenRecord next = withVersion(full(), full().version() + 1);
        assertThat(store.replace(KEY, stored, next)).isTrue();
        assertThat(text()).contains("\"later\":{\"x\":[1]}").contains("\"added\":true");
        assertThat(store.load(KEY).record()).isEqualTo(next);
    }

    @Test
    void aRecordFromTheFutureIsLeftAlone() {
        TokenStore store = store();
        put(store, full());
        write(text().replace("\"format\":1", "\"format\":2"));
        assertThatThrownBy(() -> store.load(KEY))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("upgrade this replica");
    }

    @Test
    void garbageIsReplaced() {
        TokenStore store = store();
        put(store, full());
        for (String garbage :
                List.of("", "{", "null", "[]", "{}", "{\"format\":1,\"version\":\"x\"}", "{\"format\":1}")) {
            write(garbage);
            Stored stored = store.load(KEY);
            assertThat(stored.record()).as(garbage).isEqualTo(TokenRecord.EMPTY);
            assertThat(store.replace(KEY, stored, full())).as(garbage).isTrue();
            assertThat(store.load(KEY).record()).as(garbage).isEqualTo(full());
        }
    }

    @Test
    void aKeyOfAnotherTypeIsLeftAlone() {
        template.opsForValue().set(RECORD, "somebody else's");
        assertThatThrownBy(() -> store().load(KEY))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("Another application uses a key");
        assertThat(template.opsForValue().get(RECORD)).isEqualTo("somebody else's");
    }

    private static void put(TokenStore store, TokenRecord record) {
        assertThat(store.replace(KEY, store.load(KEY), record)).isTrue();
    }

    private String text() {
        return String.valueOf(template.opsForHash().get(RECORD, "record"));
    }

    private void write(String text) {
        template.opsForHash().put(RECORD, "record", text);
    }
}
