package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An in-memory store for a single replica. Its records are lost when the process ends. */
final class MemoryTokenStore implements TokenStore {

    private final ConcurrentMap<TokenKey, Entry> entries = new ConcurrentHashMap<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final InstantSource clock;

    MemoryTokenStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Stored load(TokenKey key) {
        Entry entry = entries.getOrDefault(key, Entry.NONE);
        return new Stored(entry.record, entry.revision, clock.instant(), null);
    }

    @Override
    public boolean replace(TokenKey key, Stored seen, TokenRecord record) {
        Entry next = new Entry(record, seen.next());
        Entry after = entries.compute(
                key, (k, entry) -> (entry == null ? 0 : entry.revision) == seen.revision() ? next : entry);
        if (after != next) {
            return false;
        }
        watchers.forEach(watcher -> watcher.changed(key, next.revision));
        return true;
    }

    @Override
    public Duration writeLossWindow() {
        return Duration.ZERO;
    }

    @Override
    public Duration lossDetectionTime() {
        return Duration.ZERO;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    /** A record at a revision. Compared by identity, so that only one of two equal replacements succeeds. */
    private static final class Entry {
        static final Entry NONE = new Entry(TokenRecord.EMPTY, 0);

        private final TokenRecord record;
        private final long revision;

        Entry(TokenRecord record, long revision) {
            this.record = record;
            this.revision = revision;
        }
    }
}
