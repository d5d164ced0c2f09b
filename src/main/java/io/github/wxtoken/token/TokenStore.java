package io.github.wxtoken.token;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A shared map of token records with compare-and-set and a clock. It applies none of the rules. Implementations are
 * thread-safe.
 */
public interface TokenStore {

    /**
     * Loads the record of a key, or {@link TokenRecord#EMPTY} with revision 0 if there is none.
     *
     * @throws TokenStoreException if the store cannot be reached or the record cannot be read
     */
    Stored load(TokenKey key);

    /**
     * Replaces the record of a key if unchanged since it was loaded. The new revision is {@link Stored#next()}.
     *
     * @param seen the loaded record
     * @return whether the record was replaced
     * @throws TokenStoreException if the write failed or its outcome is unknown
     */
    boolean replace(TokenKey key, Stored seen, TokenRecord record);

    /** Registers a watcher. It is notified soon after each change, on any thread, and must not block. */
    void watch(Watcher watcher);

    /** Returns whether other replicas may use this store concurrently. */
    default boolean isShared() {
        return true;
    }

    /** Returns how long a confirmed write can still be lost, such as by a failover; zero for never. */
    Duration writeLossWindow();

    /** Returns the time within which all replicas in contact notice that writes were lost; zero if none can be. */
    Duration lossDetectionTime();

    /** Returns the executor for calls of this store: the calling thread, or the store's own threads if it does I/O. */
    default Executor executor() {
        return Runnable::run;
    }

    /**
     * A record as loaded from the store.
     *
     * @param record the record
     * @param revision the compare-and-set number: rises with each replacement, 0 before the first
     * @param now the store's time, which counts for all replicas
     * @param memo opaque data of the store, passed back to it by {@link #replace}
     */
    record Stored(TokenRecord record, long revision, Instant now, @Nullable Object memo) {

        /**
         * Returns the revision of the record that replaces this one. It is based on the time, so that it rises
         * even if a flush deletes all revisions.
         */
        public long next() {
            return Math.max(revision + 1, now.toEpochMilli());
        }
    }

    /** A listener for changes in the store. */
    interface Watcher {

        /** Called after a record was replaced; {@code revision} is the new one. */
        void changed(TokenKey key, long revision);

        /** Called when notifications may have been lost, so that any record may have changed. */
        void missed();

        /** Called when notifications of all changes up to an instant (local clock) have arrived. */
        void upToDate(Instant upTo);

        /** Called when the store cannot be reached. The next call, once it can, is {@link #missed()}. */
        void away(TokenStoreException why);
    }
}
