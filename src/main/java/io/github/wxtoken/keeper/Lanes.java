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
 * A bound on how many calls are under way at once: what finds no free lane waits until one gets free. Thread-safe.
 *
 * @param <T> what a call is about
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
     * @param executor on which a call is begun when a lane gets free
     * @param begin begins a call, which has to {@link #leave} at its end; false when there is nothing to call for
     */
    Lanes(int width, Executor executor, Predicate<T> begin) {
        this.width = width;
        this.executor = executor;
        this.begin = begin;
        this.free = new Semaphore(width);
    }

    /** Begins as many calls as there are lanes, in the order given; the others wait, instead of all who waited before. */
    void enter(Collection<T> all) {
        synchronized (waiting) {
            waiting.clear();
            waiting.addAll(all);
        }
        next();
    }

    /** Begins one call before all that wait. */
    void enterFirst(T one) {
        synchronized (waiting) {
            waiting.addFirst(one);
        }
        next();
    }

    /** Ends a call. */
    void leave() {
        free.release();
        // Not here: a call that ends before it is waited for would have the next one begin inside it, and so on.
        executor.execute(this::next);
    }

    /** Closes all lanes as soon as they are free; false when that takes too long. */
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
