package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.support.StartNote;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests the start message about the location of Redis. */
final class RedisNoteTest {

    private static final RedisConfiguration CONFIGURATION = new RedisConfiguration();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host=redis.example.com | 'redis, redis.example.com:6379, database 0'",
                "url=redis://user:canary@redis.example.com:7000/3 | 'redis, redis.example.com:7000, database 3'",
                "sentinel.master=main,spring.data.redis.sentinel.nodes=a:1 | 'redis, master main of the sentinels a:1'",
                "cluster.nodes[0]=a:1,spring.data.redis.cluster.nodes[1]=b:2 | 'redis, cluster of a:1, b:2'",
            })
    void saysWhereItIsAndNoPassword(String properties, String line) {
        StartNote note = note(List.of("a key"), ("spring.data.redis." + properties).split(","));
        assertThat(note.lines()).containsExactly(line + ", encrypted");
        assertThat(note.unsafe()).isEmpty();
        assertThat(note.toString()).doesNotContain("canary");
    }

    @Test
    void withoutAnEncryptionKeyItIsUnsafe() {
        StartNote note = note(List.of(), "spring.data.redis.host=localhost");
        assertThat(note.lines()).containsExactly("redis, localhost:6379, database 0");
        assertThat(note.unsafe()).singleElement().asString().contains("wxtoken.redis.encryption-key");
    }

    private static StartNote note(List<String> keys, String... properties) {
        StartNote[] note = new StartNote[1];
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
                .withPropertyValues(properties)
                .run(context -> note[0] = CONFIGURATION.redisNote(
                        context.getBean(DataRedisConnectionDetails.class), new RedisProperties(keys)));
        return note[0];
    }
}
