package io.github.wxtoken.redis;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How tokens are kept in Redis. Where that is, {@code spring.data.redis.*} says.
 *
 * @param encryptionKey the keys that encrypt the tokens there, in Base64, of 32 bytes each: the first encrypts, all of them
 *     decrypt; none for no encryption
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
