package io.github.wxtoken.redis;

import io.github.wxtoken.token.StoreProblem;
import io.github.wxtoken.token.TokenStoreException;
import java.util.List;
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
    private static final List<Remedy> REMEDIES = List.of(
            new Remedy("WRONGPASS", StoreProblem.REFUSED, REFUSED),
            // From a Redis older than the required version: the connection gets no further than this error.
            new Remedy("invalid password", StoreProblem.REFUSED, REFUSED),
            new Remedy(
                    "arguments for 'auth'",
                    StoreProblem.TOO_OLD,
                    "Redis is too old: wxtoken needs 6.2 or newer, or Valkey."),
            new Remedy(
                    "NOAUTH",
                    StoreProblem.PASSWORD_MISSING,
                    "Redis requires a password: set spring.data.redis.password."),
            new Remedy(
                    "NOPERM",
                    StoreProblem.NOT_PERMITTED,
                    "Redis does not permit this user to do what wxtoken needs: see the ACL in src/docs/operations.md."),
            new Remedy(
                    "WRONGTYPE",
                    StoreProblem.FOREIGN_KEYS,
                    "Another application uses a key that begins with 'wxtoken:{tokens}:' for another type of value."
                            + " Find it with redis-cli --scan --pattern 'wxtoken:*' and rename or delete it,"
                            + " or use another database."),
            new Remedy("not an integer", StoreProblem.FOREIGN_KEYS, NO_NUMBER),
            new Remedy(
                    "READONLY",
                    StoreProblem.READ_ONLY,
                    "This Redis is a replica: spring.data.redis must point to the primary."),
            new Remedy("LOADING", StoreProblem.LOADING, "Redis is loading its data and will be available soon."),
            new Remedy(
                    "can't run this command",
                    StoreProblem.NOT_PERMITTED,
                    "Redis does not permit this user to do what wxtoken needs: see the ACL in src/docs/operations.md."),
            new Remedy(
                    "NOREPLICAS",
                    StoreProblem.TOO_FEW_REPLICAS,
                    "Redis accepts no writes because too few replicas are connected: see min-replicas-to-write."),
            new Remedy(
                    "CLUSTERDOWN",
                    StoreProblem.CLUSTER_DOWN,
                    "The Redis Cluster is down: check which of its nodes are missing."),
            new Remedy(
                    "MASTERDOWN",
                    StoreProblem.PRIMARY_LOST,
                    "This Redis is a replica that has lost its primary: check whether a failover is in progress."),
            new Remedy(
                    "OOM",
                    StoreProblem.FULL,
                    "Redis has reached its maxmemory: increase it. Evicting our keys would make replicas fetch twice."),
            new Remedy(
                    "MISCONF",
                    StoreProblem.NOT_SAVING,
                    "Redis cannot save its data and so accepts no writes: see its log."));

    /** Words of errors of a node that is not, or no longer, the one to use. */
    private static final List<String> WRONG_NODE = List.of("READONLY", "MASTERDOWN", "NOAUTH");

    /** Words of errors of a node that should be usable soon. */
    private static final List<String> PASSING = List.of("LOADING", "CLUSTERDOWN");

    private RedisFailures() {}

    /** A message for failures whose text contains these words. */
    private record Remedy(String words, StoreProblem problem, String message) {}

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
            throw explained(e);
        }
        if (result == null) {
            throw new TokenStoreException("Redis gave no answer.");
        }
        return result;
    }

    /** Explains a failure. The message never includes messages of Redis or Lettuce, which may quote arguments. */
    static TokenStoreException explained(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            for (Remedy remedy : REMEDIES) {
                if (containsWords(message, remedy.words)) {
                    return new TokenStoreException(remedy.problem, remedy.message);
                }
            }
        }
        return new TokenStoreException(
                StoreProblem.UNREACHABLE,
                "Redis cannot be reached or does not answer in time: check that it runs, and check spring.data.redis.* ("
                        + root(e).getClass().getSimpleName() + ").");
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
