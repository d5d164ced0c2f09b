package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenRecord;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.TokenStoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A store that shows what the test says, as one shared with other replicas would, and tells nobody of it. Its clock is
 * ahead of the local one by as much as the test says. For a single thread.
 */
final class ScriptedStore implements TokenStore {

    private final ManualScheduler time;
    private TokenRecord record = TokenRecord.EMPTY;
    private long revision;
    private boolean away;
    private boolean losing;
    private boolean later;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private Duration ahead = Duration.ZERO;
    private Duration delay = Duration.ZERO;

    ScriptedStore(ManualScheduler time) {
        this.time = time;
    }

    /** What it shows from now on. */
    void shows(TokenRecord record, long revision) {
        this.record = record;
        this.revision = revision;
    }

    /** By how much its clock is ahead. */
    void isAheadBy(Duration ahead) {
        this.ahead = ahead;
    }

    /** How long its answers take to come back. */
    void answersAfter(Duration delay) {
        this.delay = delay;
    }

    /** Whether it can be reached. */
    void isAway(boolean away) {
        this.away = away;
    }

    /** Whether it does what it is told, without an answer. */
    void losesAnswers(boolean losing) {
        this.losing = losing;
    }

    /** Whether what uses it waits for {@link #runAll()}. */
    void runsLater(boolean later) {
        this.later = later;
    }

    /** Runs what waits. */
    void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Override
    public Executor executor() {
        return task -> {
            if (later) {
                tasks.add(task);
            } else {
                task.run();
            }
        };
    }

    private void reach() {
        if (away) {
            throw new TokenStoreException("the store is away");
        }
    }

    @Override
    public Stored load(TokenKey key) {
        reach();
        Instant now = time.instant().plus(ahead);
        time.pass(delay);
        return new Stored(record, revision, now, null);
    }

    @Override
    public boolean replace(TokenKey key, Stored seen, TokenRecord record) {
        reach();
        if (seen.revision() != revision) {
            return false;
        }
        shows(record, seen.next());
        if (losing) {
            throw new TokenStoreException("the answer was lost");
        }
        return true;
    }

    @Override
    public void watch(Watcher watcher) {
        // It says that it is there, but what others write is found out by asking only.
        time.scheduleWithFixedDelay(() -> watcher.heard(time.instant()), 0, 2, TimeUnit.SECONDS);
    }
}
