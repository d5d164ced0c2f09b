package io.github.wxtoken.redis;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import java.util.Locale;

/** The names under which we keep things in Redis. The braces have a Cluster keep all of them in one place. */
final class RedisKeys {

    /** Counts the replacements of all records. */
    static final String CHANGES = "wxtoken:{tokens}:changes";

    /** Where they are published. */
    static final String CHANNEL = "wxtoken:changes";

    private static final String RECORDS = "wxtoken:{tokens}:record:";

    private RedisKeys() {}

    static String record(TokenKey key) {
        return RECORDS + of(key);
    }

    static String of(TokenKey key) {
        return key.appid() + ":" + key.kind().name().toLowerCase(Locale.ROOT);
    }

    /**
     * The key of a name.
     *
     * @throws IllegalArgumentException for a name of none
     */
    static TokenKey key(String name) {
        int colon = name.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("no name of a key");
        }
        return new TokenKey(
                name.substring(0, colon),
                TokenKind.valueOf(name.substring(colon + 1).toUpperCase(Locale.ROOT)));
    }
}
