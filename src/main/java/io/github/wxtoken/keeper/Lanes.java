package io.github.wxtoken.keeper;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Limits the number of concurrent calls. A call without a free lane waits until one becomes free. Thread-safe.
 *
 * @param <T> the subject of a call
 */
final class Lanes<T> {

    private final int width;
    private final Executor executor;
    private final Predicate<T> begin;
    private final Semaphore free;
    private final Deque<T> waiting = new ArrayDeque<>();

    /**
     * Creates it.
     *
     * @param width the number of lanes
     * @param executor begins a waiting call when a lane becomes free
     * @param begin begins a call, which must {@link #leave} at its end; returns false if there is nothing to call
     */
    Lanes(int width, Executor executor, Predicate<T> begin) {
        this.width = width;
        this.executor = executor;
        this.begin = begin;
        this.free = new Semaphore(width);
    }

    /** Begins as many calls as lanes are free, in the given order. The others replace the waiting calls. */
    void enter(Collection<T> all) {
        synchronized (waiting) {
            waiting.clear();
            waiting.addAll(all);
        }
        next();
    }

    /** Begins one call ahead of the waiting ones. */
    void enterFirst(T one) {
        synchronized (waiting) {
            waiting.addFirst(one);
        }
        next();
    }

    /** Frees the lane of a call that has ended. */
    void leave() {
        free.release();
        // Not directly: a call that completes at once would begin the next one on its own stack, and so on.
        executor.execute(this::next);
    }

    /** Drops the waiting calls and closes all lanes once they are free. Returns false if that takes too long. */
    boolean drain(Duration patience) throws InterruptedException {
        synchronized (waiting) {
            waiting.clear();
        }
        return free.tryAcquire(width, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void next() {
        while (free.tryAcquire()) {
            T next = poll();
            boolean begun = false;
            try {
                begun = next != null && begin.test(next);
            } finally {
                if (!begun) {
                    free.release();
                }
            }
            if (next == null) {
                return;
            }
        }
    }

    private @Nullable T poll() {
        synchronized (waiting) {
            return waiting.poll();
        }
    }
}
