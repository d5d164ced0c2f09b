package io.github.wxtoken.redis;

import static java.util.Map.entry;

import io.github.wxtoken.token.TokenStoreException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Redis or the way to it has against a command, in the words of an operator. */
final class RedisFailures {

    /** Said where the number of changes is none. */
    static final String NO_NUMBER = "Somebody else uses the key '" + RedisKeys.CHANGES
            + "': it holds no number. Delete it, or use another database.";

    private static final String REFUSED =
            "Redis refuses the password or the user: check spring.data.redis.username and .password.";

    /** What Redis begins its errors with, or has in them, and what to do about them. */
    private static final List<Map.Entry<String, String>> REMEDIES = List.of(
            entry("WRONGPASS", REFUSED),
            // As a Redis says it that is older than what we need, and gets no further than this.
            entry("invalid password", REFUSED),
            entry("arguments for 'auth'", "Redis is too old: wxtoken needs 6.2 or newer, or Valkey."),
            entry("NOAUTH", "Redis asks for a password: set spring.data.redis.password."),
            entry(
                    "NOPERM",
                    "Redis does not permit this user what wxtoken needs: see the ACL in src/docs/operations.md."),
            entry(
                    "WRONGTYPE",
                    "Somebody else uses a key that begins with 'wxtoken:{tokens}:' for another type of value. Find it with"
                            + " redis-cli --scan --pattern 'wxtoken:*', and rename or delete it, or use another database."),
            entry("not an integer", NO_NUMBER),
            entry("READONLY", "This Redis is a replica: spring.data.redis must lead to the primary."),
            entry("LOADING", "Redis is loading its data, and will be there soon."),
            entry(
                    "can't run this command",
                    "Redis does not permit this user what wxtoken needs: see the ACL in src/docs/operations.md."),
            entry(
                    "NOREPLICAS",
                    "Redis takes no writes, as too few of its replicas are there: see min-replicas-to-write."),
            entry("CLUSTERDOWN", "The Redis Cluster is down: see which of its nodes are missing."),
            entry(
                    "MASTERDOWN",
                    "This Redis is a replica that has lost its primary: see whether a failover is under way."),
            entry(
                    "OOM",
                    "Redis has reached its maxmemory: give it more. Evicting our keys would make replicas fetch twice."),
            entry("MISCONF", "Redis cannot save its data and so takes no writes: see its log."));

    private RedisFailures() {}

    /** Runs a command. What goes wrong is told in a {@link TokenStoreException}. */
    static <T> T told(Supplier<@Nullable T> command) {
        T result;
        try {
            result = command.get();
        } catch (TokenStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new TokenStoreException(remedy(e));
        }
        if (result == null) {
            throw new TokenStoreException("Redis gave no answer.");
        }
        return result;
    }

    /** What to do about it. Messages of Redis and Lettuce are not passed on: they may quote arguments. */
    static String remedy(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            for (Map.Entry<String, String> remedy : REMEDIES) {
                if (says(message, remedy.getKey())) {
                    return remedy.getValue();
                }
            }
        }
        return "Redis cannot be reached, or does not answer in time: check that it runs, and spring.data.redis.* ("
                + root(e).getClass().getSimpleName() + ").";
    }

    /** Whether it says so in words of their own: the name of a host may have the same letters. */
    private static boolean says(String message, String words) {
        return Pattern.compile("(?<![\\w.-])" + Pattern.quote(words) + "(?![\\w.-])")
                .matcher(message)
                .find();
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
