package io.github.wxtoken.redis;

import io.github.wxtoken.token.TokenStoreException;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What Redis or the way to it has against a command, in the words of an operator. */
final class RedisTrouble {

    /** What Redis begins its errors with, and what to do about them. */
    private static final Map<String, String> REMEDIES = Map.of(
            "WRONGPASS", "Redis refuses the password or the user: check spring.data.redis.username and .password.",
            "NOAUTH", "Redis asks for a password: set spring.data.redis.password.",
            "NOPERM", "Redis does not permit this user what wxtoken needs: see the ACL in src/docs/operations.md.",
            "WRONGTYPE",
                    "Somebody else uses a key that begins with 'wxtoken:{tokens}:' for another type of value. Find it with"
                            + " redis-cli --scan --pattern 'wxtoken:*', and rename or delete it, or use another database.",
            "READONLY", "This Redis is a replica: spring.data.redis must lead to the primary.",
            "LOADING", "Redis is loading its data, and will be there soon.",
            "OOM", "Redis has reached its maxmemory: give it more, or an eviction policy.",
            "MISCONF", "Redis cannot save its data and so takes no writes: see its log.");

    private RedisTrouble() {}

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
            for (Map.Entry<String, String> remedy : REMEDIES.entrySet()) {
                if (message.contains(remedy.getKey())) {
                    return remedy.getValue();
                }
            }
        }
        return "Redis cannot be reached, or does not answer in time: check that it runs, and spring.data.redis.* ("
                + root(e).getClass().getSimpleName() + ").";
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
