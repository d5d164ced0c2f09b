package io.github.wxtoken.token;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * A store that shows what the test says, as one shared with other replicas would, and tells nobody of it. Its clock is
 * ahead of the local one by as much as the test says. For a single thread.
 */
final class ScriptedStore implements TokenStore {

    private final ManualScheduler time;
    private TokenRecord record = TokenRecord.EMPTY;
    private long version;
    private Duration ahead = Duration.ZERO;
    private Duration delay = Duration.ZERO;

    ScriptedStore(ManualScheduler time) {
        this.time = time;
    }

    /** What it shows from now on. */
    void shows(TokenRecord record, long version) {
        this.record = record;
        this.version = version;
    }

    /** By how much its clock is ahead. */
    void isAheadBy(Duration ahead) {
        this.ahead = ahead;
    }

    /** How long its answers take to come back. */
    void answersAfter(Duration delay) {
        this.delay = delay;
    }

    @Override
    public Stored load(TokenKey key) {
        Instant now = time.instant().plus(ahead);
        time.pass(delay);
        return new Stored(record, version, now);
    }

    @Override
    public boolean replace(TokenKey key, long expectedVersion, TokenRecord record) {
        if (expectedVersion != version) {
            return false;
        }
        shows(record, version + 1);
        return true;
    }

    @Override
    public void watch(Consumer<TokenKey> listener) {
        // What others write is found out by asking only.
    }
}
