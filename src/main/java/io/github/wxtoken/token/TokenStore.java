package io.github.wxtoken.token;

import java.time.Instant;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where the record of each token is shared: a map with compare-and-set, and a clock. It knows none of the rules.
 * Implementations are thread-safe.
 */
public interface TokenStore {

    /**
     * The record of a key, {@link TokenRecord#EMPTY} with revision 0 when there is none yet.
     *
     * @throws TokenStoreException where the store cannot be reached, or the record cannot be read
     */
    Stored load(TokenKey key);

    /**
     * Replaces the record of a key if nobody else has since it was loaded; its revision then is {@link Stored#next()}.
     *
     * @param seen what was loaded
     * @return whether it was replaced
     * @throws TokenStoreException where that failed, or where it is not known whether it was replaced
     */
    boolean replace(TokenKey key, Stored seen, TokenRecord record);

    /** Has a watcher told of each change soon after, on any thread, which must not be held up. */
    void watch(Watcher watcher);

    /** Whether other replicas may use this store at the same time. */
    default boolean isShared() {
        return true;
    }

    /** Runs whatever calls this store: at once, where it never waits; on threads of its own, where it does I/O. */
    default Executor executor() {
        return Runnable::run;
    }

    /**
     * A record as the store holds it.
     *
     * @param record the record
     * @param revision rises with each replacement; 0 before the first
     * @param now the store's clock, which decides for all replicas
     * @param memo whatever the store wants to be shown again when the record is replaced
     */
    record Stored(TokenRecord record, long revision, Instant now, @Nullable Object memo) {

        /**
         * The revision of the record that replaces this one. It goes with the time, so that it rises even over a flush, by
         * which a store forgets all of its revisions.
         */
        public long next() {
            return Math.max(revision + 1, now.toEpochMilli());
        }
    }

    /** Who is told of changes. */
    interface Watcher {

        /** A record was replaced, and has this revision now. */
        void changed(TokenKey key, long revision);

        /** Any record may have been replaced, for word of it may have been lost. */
        void missed();

        /** Word has come of every change up to an instant, by the local clock. */
        void heard(Instant upTo);

        /** The store cannot be reached. What is heard next is {@link #missed()}, when it can. */
        void away(TokenStoreException why);
    }
}
