package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The store of a single replica: records live in this process and end with it. */
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
    public boolean isShared() {
        return false;
    }

    @Override
    public void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    /** A record at a revision; equal to itself only, so that of two alike replacements just one succeeds. */
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
