package io.github.wxtoken.keeper;

import io.github.wxtoken.token.StoreProblem;
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
 * A store whose record, clock and failures the test sets, in place of one shared with other replicas. It publishes no
 * changes. For a single thread.
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

    /** Sets the record and its revision, as a write by another replica does. */
    void shows(TokenRecord record, long revision) {
        this.record = record;
        this.revision = revision;
    }

    /** Sets how far the store's clock is ahead of the local one. */
    void isAheadBy(Duration ahead) {
        this.ahead = ahead;
    }

    /** Sets how long the answers to loads take. */
    void answersAfter(Duration delay) {
        this.delay = delay;
    }

    /** Sets whether the store is unreachable. */
    void isAway(boolean away) {
        this.away = away;
    }

    /** Sets whether writes succeed but their answers are lost. */
    void losesAnswers(boolean losing) {
        this.losing = losing;
    }

    /** Sets whether tasks of the executor wait for {@link #runAll()}. */
    void runsLater(boolean later) {
        this.later = later;
    }

    /** Runs all waiting tasks. */
    void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Override
    public Duration writeLossWindow() {
        return Duration.ofMinutes(1);
    }

    @Override
    public Duration lossDetectionTime() {
        return Duration.ofSeconds(5);
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
            throw new TokenStoreException(StoreProblem.UNREACHABLE, "the store is away");
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
            throw new TokenStoreException(StoreProblem.UNREACHABLE, "the answer was lost");
        }
        return true;
    }

    @Override
    public void watch(Watcher watcher) {
        // Only contact is reported: changes by others are found by loading.
        time.scheduleWithFixedDelay(() -> watcher.upToDate(time.instant()), 0, 2, TimeUnit.SECONDS);
    }
}
