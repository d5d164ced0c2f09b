package io.github.wxtoken.redis;

import io.github.wxtoken.token.StoreProblem;
import io.github.wxtoken.token.TokenStoreException;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;

/** Translates failures of Redis, or of the connection to it, into problems of the store. */
final class RedisFailures {

    /** Words at the start of Redis errors or within them, and the problem that each shows. */
    private static final List<Symptom> SYMPTOMS = List.of(
            new Symptom("WRONGPASS", StoreProblem.REFUSED),
            // From a Redis older than the required version: the connection gets no further than this error.
            new Symptom("invalid password", StoreProblem.REFUSED),
            new Symptom("arguments for 'auth'", StoreProblem.TOO_OLD),
            new Symptom("NOAUTH", StoreProblem.PASSWORD_MISSING),
            new Symptom("NOPERM", StoreProblem.NOT_PERMITTED),
            new Symptom("WRONGTYPE", StoreProblem.FOREIGN_KEYS),
            // Of the only key that is incremented.
            new Symptom("not an integer", StoreProblem.FOREIGN_KEYS, RedisKeys.CHANGES),
            new Symptom("READONLY", StoreProblem.READ_ONLY),
            new Symptom("LOADING", StoreProblem.LOADING),
            new Symptom("can't run this command", StoreProblem.NOT_PERMITTED),
            new Symptom("NOREPLICAS", StoreProblem.TOO_FEW_REPLICAS),
            new Symptom("CLUSTERDOWN", StoreProblem.CLUSTER_DOWN),
            new Symptom("MASTERDOWN", StoreProblem.PRIMARY_LOST),
            new Symptom("OOM", StoreProblem.FULL),
            new Symptom("MISCONF", StoreProblem.NOT_SAVING));

    /** Words of errors of a node that is not, or no longer, the one to use. */
    private static final List<String> WRONG_NODE = List.of("READONLY", "MASTERDOWN", "NOAUTH");

    /** Words of errors of a node that should be usable soon. */
    private static final List<String> PASSING = List.of("LOADING", "CLUSTERDOWN");

    private RedisFailures() {}

    /** The problem, and what identifies it, of failures whose text contains these words. */
    private record Symptom(String words, StoreProblem problem, String detail) {
        Symptom(String words, StoreProblem problem) {
            this(words, problem, "");
        }
    }

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
            throw new TokenStoreException(StoreProblem.UNREACHABLE);
        }
        return result;
    }

    /** Explains a failure. The message never includes messages of Redis or Lettuce, which may quote arguments. */
    static TokenStoreException explained(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            for (Symptom symptom : SYMPTOMS) {
                if (containsWords(message, symptom.words)) {
                    return new TokenStoreException(symptom.problem, symptom.detail);
                }
            }
        }
        return new TokenStoreException(
                StoreProblem.UNREACHABLE, root(e).getClass().getSimpleName());
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
