package io.github.wxtoken.redis;

import io.github.wxtoken.support.SafeText;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Checks that a Redis is new enough for wxtoken: 6.2, or Valkey. */
final class RedisVersion {

    private RedisVersion() {}

    /**
     * Returns a version that is too old, safe to show, or null if there is none.
     *
     * @param info the answer to {@code INFO server}; in a Cluster, that of each node
     */
    static @Nullable String tooOld(Properties info) {
        return info.stringPropertyNames().stream()
                .filter(name -> name.endsWith("redis_version"))
                .map(info::getProperty)
                .filter(version -> !isNewEnough(version))
                .findFirst()
                .map(SafeText::distinctLine)
                .orElse(null);
    }

    static boolean isNewEnough(String version) {
        String[] parts = version.split("\\.", -1);
        try {
            int major = Integer.parseInt(parts[0]);
            return major > 6 || (major == 6 && parts.length > 1 && Integer.parseInt(parts[1]) >= 2);
        } catch (NumberFormatException e) {
            // A server with another version scheme is newer.
            return true;
        }
    }
}
