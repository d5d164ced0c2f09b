package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.RunningServer;
import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.TokenStore.Stored;
import io.github.wxtoken.token.TokenStoreException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Tests foreign data in place of our records: it never stops anything and never costs a live token. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class GarbageTest {

    private static final TokenKey KEY = TokenKey.accessToken(RunningServer.APPID);
    private static final String RECORD = RedisKeys.record(KEY);
    private static final String TOLD = "does not hold a wxtoken record";
    private static final String TOKEN =
            "{\"value\":\"x\",\"issuedAt\":\"2026-11-22T04:00:00Z\",\"expiresAt\":\"2026-11-22T06:00:00Z\"}";

    private final RealRedis redis = new RealRedis();
    private final LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", redis.port());
    private final StringRedisTemplate template = new StringRedisTemplate();
    private final TokenStore store;

    GarbageTest() {
        connections.afterPropertiesSet();
        connections.start();
        template.setConnectionFactory(connections);
        template.afterPropertiesSet();
        store = new RedisTokenStore(
                template,
                new RecordFormat(TokenEncryption.with(new RedisProperties(List.of()))),
                new ChangeFeed(
                        template, new RedisMessageListenerContainer(), new RedisConnections(), InstantSource.system()),
                Runnable::run);
    }

    @AfterEach
    void stop() {
        connections.destroy();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "-5", "0", "007", "+7", "1.5", " 7", "99999999999999999999", "9223372036854775807"})
    void aRevisionThatIsNoneCostsNoRecord(String revision, CapturedOutput output) {
        assertThat(store.replace(KEY, store.load(KEY), record(TOKEN))).isTrue();
        template.opsForHash().put(RECORD, "revision", revision);
        Stored stored = store.load(KEY);
        assertThat(store.load(KEY)).extracting(Stored::record).isEqualTo(stored.record());
        assertThat(stored.record()).isEqualTo(record(TOKEN));
        assertThat(stored.revision()).isZero();
        assertThat(output.getOut().split("is not a number", -1)).as("told once").hasSize(2);
        assertThat(store.replace(KEY, stored, TokenRecord.EMPTY)).isTrue();
        assertThat(store.load(KEY).revision()).isEqualTo(stored.next());
        assertThat(store.replace(KEY, stored, TokenRecord.EMPTY))
                .as("what was garbage until somebody else replaced it")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"version\":1e400",
                "\"version\":-1",
                "\"version\":9223372036854775807",
                "\"version\":[]",
                "\"version\":null",
                "\"current\":7",
                "\"current\":{\"value\":\"\",\"issuedAt\":\"2026-11-22T04:00:00Z\",\"expiresAt\":\"2026-11-22T06:00:00Z\"}",
                "\"current\":{\"value\":\"x\",\"issuedAt\":null,\"expiresAt\":\"2026-11-22T06:00:00Z\"}",
                "\"current\":{\"value\":\"x\",\"issuedAt\":\"2026-11-22T04:00:00Z\",\"expiresAt\":\"+999999999-12-31T00:00:00Z\"}",
                "\"current\":{\"sealed\":\"%\"}",
                "\"committedAt\":\"+1000000000-12-31T23:59:59.999999999Z\"",
                "\"committedAt\":\"-1000000000-01-01T00:00:00Z\"",
                "\"refreshAt\":\"tomorrow\"",
                "\"fence\":9223372036854775807",
                "\"claim\":{\"owner\":null,\"fence\":1,\"since\":null,\"until\":null,\"trigger\":null}",
                "\"doubt\":{\"level\":null,\"since\":null,\"last\":null,\"fence\":0,\"trigger\":null}",
                "\"failure\":{\"errcode\":0,\"text\":null,\"hint\":null,\"advice\":null,\"attempts\":1,\"since\":null,\"at\":null,\"retryAt\":null}",
                "\"budget\":{\"day\":null,\"spent\":0}",
                "\"budget\":{\"day\":\"2026-11-22\",\"spent\":-2000000000}",
                "\"budget\":{\"day\":\"+999999999-12-31\",\"spent\":0}",
                "\"forcing\":{\"needed\":false,\"spent\":null,\"last\":null}"
            })
    void whatCannotBeReckonedWithIsReplaced(String part, CapturedOutput output) {
        assertThat(store.replace(KEY, store.load(KEY), record(TOKEN))).isTrue();
        String good = String.valueOf(template.opsForHash().get(RECORD, "record"));
        String name = part.substring(0, part.indexOf(':'));
        isReplaced("{" + part + "," + good.substring(1).replaceFirst(name + ":", "\"other\":"), output);
    }

    @Test
    void tenMegabytesOfJunkAreReplaced(CapturedOutput output) {
        isReplaced("junk".repeat(2_500_000), output);
    }

    @Test
    void whatIsNestedWithoutEndIsReplaced(CapturedOutput output) {
        isReplaced("{\"format\":1,\"current\":" + "[{\"x\":".repeat(200_000), output);
    }

    @Test
    void halfARecordIsReplaced(CapturedOutput output) {
        template.opsForHash().put(RECORD, "revision", "7");
        assertThat(store.load(KEY).record()).isEqualTo(TokenRecord.EMPTY);
        assertThat(store.replace(KEY, store.load(KEY), record(TOKEN))).isTrue();
        template.opsForHash().delete(RECORD, "revision");
        assertThat(store.load(KEY).record()).isEqualTo(record(TOKEN));
        assertThat(store.replace(KEY, store.load(KEY), record(TOKEN))).isTrue();
        assertThat(output.getOut()).doesNotContain(TOLD);
    }

    @Test
    void aNumberOfChangesThatIsNoneIsToldAndNothingIsChanged() {
        template.opsForValue().set(RedisKeys.CHANGES, "somebody else's");
        assertThatThrownBy(() -> store.replace(KEY, store.load(KEY), record(TOKEN)))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageStartingWith("Another application uses a key")
                .hasMessageEndingWith(" [" + RedisKeys.CHANGES + "]");
        assertThat(template.hasKey(RECORD)).isFalse();
    }

    @Test
    void aRunningReplicaServesItsTokenAndWritesItBack(CapturedOutput output) {
        try (WeChatSimulator wechat =
                WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            Account account = wechat.account(RunningServer.APPID, RunningServer.SECRET);
            try (RunningServer replica = RunningServer.start(
                    wechat,
                    "--wxtoken.store=redis",
                    "--spring.data.redis.host=127.0.0.1",
                    "--spring.data.redis.port=" + redis.port())) {
                String token = replica.token();
                for (String garbage : List.of("garbage", "{}", "{\"format\":1,\"version\":-1}")) {
                    template.opsForHash().putAll(RECORD, Map.of("revision", garbage, "record", garbage));
                    for (int i = 0; i < 100; i++) {
                        template.convertAndSend(RedisKeys.CHANNEL, garbage + i);
                    }
                    replica.getUntil("/token", answer -> String.valueOf(
                                    template.opsForHash().get(RECORD, "record"))
                            .contains(token));
                    assertThat(replica.token()).isEqualTo(token);
                }
                // A value of another type is left alone and logged.
                template.delete(RECORD);
                template.opsForValue().set(RECORD, "somebody else's");
                template.convertAndSend(RedisKeys.CHANNEL, "garbage");
                replica.getUntil(
                        "/actuator/health",
                        answer -> answer.response().body().contains("Another application uses a key"));
                assertThat(replica.token()).isEqualTo(token);
                assertThat(template.opsForValue().get(RECORD)).isEqualTo("somebody else's");
            }
            assertThat(account.issued()).isEqualTo(1);
        }
        assertThat(output.getOut().split(TOLD + "|is not a number", -1))
                .as("the log is not flooded")
                .hasSizeLessThan(10);
        assertThat(output.getOut()).doesNotContain("\tat ");
    }

    private void isReplaced(String garbage, CapturedOutput output) {
        template.opsForHash().putAll(RECORD, Map.of("revision", "7", "record", garbage));
        Stored stored = store.load(KEY);
        assertThat(store.load(KEY).record()).isEqualTo(TokenRecord.EMPTY);
        assertThat(output.getOut().split(TOLD, -1)).as("told once").hasSize(2);
        assertThat(store.replace(KEY, stored, record(TOKEN))).isTrue();
        assertThat(store.load(KEY).record()).isEqualTo(record(TOKEN));
    }

    /** Returns a record with a token, in its JSON form. */
    private static TokenRecord record(String token) {
        RecordFormat format = new RecordFormat(TokenEncryption.with(new RedisProperties(List.of())));
        try {
            return format.read(
                            KEY,
                            format.write(KEY, TokenRecord.EMPTY, null)
                                    .replace("\"current\":null", "\"current\":" + token))
                    .record();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
