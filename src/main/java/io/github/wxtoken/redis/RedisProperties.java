package io.github.wxtoken.redis;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the Redis store. The connection is configured in {@code spring.data.redis.*}.
 *
 * @param encryptionKey the encryption keys for the tokens, 32 bytes each in Base64: the first encrypts, all decrypt;
 *     empty for no encryption
 */
@ConfigurationProperties(prefix = "wxtoken.redis", ignoreUnknownFields = false)
record RedisProperties(@DefaultValue List<String> encryptionKey) {

    RedisProperties {
        encryptionKey = List.copyOf(encryptionKey);
    }

    @Override
    public String toString() {
        return "RedisProperties[" + encryptionKey.size() + " encryption keys]";
    }
}
