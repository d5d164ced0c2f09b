package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A model of Redis that holds one record. It compares and sets, counts changes and publishes them. It can be flushed
 * and can fail over to a copy that lacks the last two seconds. For a single thread.
 */
final class ModelStore {

    private static final Duration LAG = Duration.ofSeconds(2);

    private final ManualScheduler time;
    private final Deque<State> history = new ArrayDeque<>();
    private final List<LongConsumer> links = new ArrayList<>();
    private State state = new State(TokenRecord.EMPTY, 0, 0, Instant.MIN);
    private Duration ahead = Duration.ZERO;

    ModelStore(ManualScheduler time) {
        this.time = time;
    }

    /** Subscribes a replica to the number of each change. */
    void connect(LongConsumer link) {
        links.add(link);
    }

    void disconnect(LongConsumer link) {
        links.remove(link);
    }

    Instant now() {
        return time.instant().plus(ahead);
    }

    TokenRecord record() {
        return state.record;
    }

    long revision() {
        return state.revision;
    }

    /** Returns the number of changes so far. */
    long changes() {
        return state.changes;
    }

    void set(TokenRecord record, long revision) {
        history.addLast(state);
        while (history.size() > 1
                && history.getFirst().since.isBefore(time.instant().minus(LAG))) {
            // A failover goes back to the newest state older than the lag, so earlier states are dropped.
            State first = history.removeFirst();
            if (!history.getFirst().since.isBefore(time.instant().minus(LAG))) {
                history.addFirst(first);
                break;
            }
        }
        state = new State(record, revision, state.changes + 1, time.instant());
        long number = state.changes;
        List.copyOf(links).forEach(link -> link.accept(number));
    }

    /** Loses all data. */
    void flush() {
        history.clear();
        state = new State(TokenRecord.EMPTY, 0, 0, time.instant());
    }

    /** Returns to the state of two seconds ago and to the clock of another machine. */
    void failOver(Duration skewOfItsClock) {
        while (!history.isEmpty() && state.since.isAfter(time.instant().minus(LAG))) {
            state = history.removeLast();
        }
        ahead = skewOfItsClock;
    }

    private record State(TokenRecord record, long revision, long changes, Instant since) {}
}
