package io.github.wxtoken.redis;

import static java.util.Map.entry;

import io.github.wxtoken.token.TokenStoreException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;

/** Translates failures of Redis, or of the connection to it, into messages for operators. */
final class RedisFailures {

    /** The message for a change counter that is not a number. */
    static final String NO_NUMBER = "Another application uses the key '" + RedisKeys.CHANGES
            + "': its value is not a number. Delete it or use another database.";

    private static final String REFUSED =
            "Redis rejects the user name or password: check spring.data.redis.username and .password.";

    /** Words at the start of Redis errors or within them, and the message for each. */
    private static final List<Map.Entry<String, String>> REMEDIES = List.of(
            entry("WRONGPASS", REFUSED),
            // From a Redis older than the required version: the connection gets no further than this error.
            entry("invalid password", REFUSED),
            entry("arguments for 'auth'", "Redis is too old: wxtoken needs 6.2 or newer, or Valkey."),
            entry("NOAUTH", "Redis requires a password: set spring.data.redis.password."),
            entry(
                    "NOPERM",
                    "Redis does not permit this user to do what wxtoken needs: see the ACL in src/docs/operations.md."),
            entry(
                    "WRONGTYPE",
                    "Another application uses a key that begins with 'wxtoken:{tokens}:' for another type of value."
                            + " Find it with redis-cli --scan --pattern 'wxtoken:*' and rename or delete it,"
                            + " or use another database."),
            entry("not an integer", NO_NUMBER),
            entry("READONLY", "This Redis is a replica: spring.data.redis must point to the primary."),
            entry("LOADING", "Redis is loading its data and will be available soon."),
            entry(
                    "can't run this command",
                    "Redis does not permit this user to do what wxtoken needs: see the ACL in src/docs/operations.md."),
            entry(
                    "NOREPLICAS",
                    "Redis accepts no writes because too few replicas are connected: see min-replicas-to-write."),
            entry("CLUSTERDOWN", "The Redis Cluster is down: check which of its nodes are missing."),
            entry(
                    "MASTERDOWN",
                    "This Redis is a replica that has lost its primary: check whether a failover is in progress."),
            entry(
                    "OOM",
                    "Redis has reached its maxmemory: increase it. Evicting our keys would make replicas fetch twice."),
            entry("MISCONF", "Redis cannot save its data and so accepts no writes: see its log."));

    /** Words of errors of a node that is not, or no longer, the one to use. */
    private static final List<String> WRONG_NODE = List.of("READONLY", "MASTERDOWN", "NOAUTH");

    /** Words of errors of a node that should be usable soon. */
    private static final List<String> PASSING = List.of("LOADING", "CLUSTERDOWN");

    private RedisFailures() {}

    /** The state of a connection, as far as a failure shows it. */
    enum ConnectionState {
        /** The failure has another reason, or there is no connection. */
        UNCONCERNED,

        /** A new connection may help if this lasts. */
        DOUBTFUL,

        /** It leads to a wrong node, such as a primary that was demoted. */
        WRONG_NODE
    }

    /** Returns the state of the connection on which a command failed. */
    static ConnectionState connectionState(RuntimeException e) {
        // A connection attempt that timed out is another exception, and its connection is closed already.
        if (e instanceof QueryTimeoutException || containsAny(e, PASSING)) {
            return ConnectionState.DOUBTFUL;
        }
        return containsAny(e, WRONG_NODE) ? ConnectionState.WRONG_NODE : ConnectionState.UNCONCERNED;
    }

    private static boolean containsAny(Throwable e, List<String> words) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (words.stream().anyMatch(word -> containsWords(message, word))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Runs a command and returns its result.
     *
     * @throws TokenStoreException if it fails or returns null, with a message for operators
     */
    static <T> T call(Supplier<@Nullable T> command) {
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

    /** Returns the message for a failure. It never includes messages of Redis or Lettuce, which may quote arguments. */
    static String remedy(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            for (Map.Entry<String, String> remedy : REMEDIES) {
                if (containsWords(message, remedy.getKey())) {
                    return remedy.getValue();
                }
            }
        }
        return "Redis cannot be reached or does not answer in time: check that it runs, and check spring.data.redis.* ("
                + root(e).getClass().getSimpleName() + ").";
    }

    /**
     * Returns whether a message contains the whole words: a host name may contain the same letters. An error within a
     * script may keep its leading '-'.
     */
    private static boolean containsWords(String message, String words) {
        return Pattern.compile("(?<![\\w.]|[\\w.]-)" + Pattern.quote(words) + "(?![\\w.-])")
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
