package io.github.wxtoken.redis;

import io.github.wxtoken.support.EnumNames;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import java.util.Locale;

/** The names of the Redis keys and the channel. The hash tag in braces puts all keys into one slot of a Cluster. */
final class RedisKeys {

    /** The counter of the replacements of all records. */
    static final String CHANGES = "wxtoken:{tokens}:changes";

    /** The channel on which replacements are published. */
    static final String CHANNEL = "wxtoken:changes";

    private static final String RECORDS = "wxtoken:{tokens}:record:";

    private RedisKeys() {}

    static String record(TokenKey key) {
        return RECORDS + of(key);
    }

    static String of(TokenKey key) {
        return key.appid() + ":" + EnumNames.lowerCase(key.kind());
    }

    /**
     * Parses the name of a key, as returned by {@link #of}.
     *
     * @throws IllegalArgumentException if the name is invalid
     */
    static TokenKey key(String name) {
        int colon = name.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("not the name of a key");
        }
        return new TokenKey(
                name.substring(0, colon),
                TokenKind.valueOf(name.substring(colon + 1).toUpperCase(Locale.ROOT)));
    }
}
