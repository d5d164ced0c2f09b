package io.github.wxtoken.token;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A bound on how many calls are under way at once, that lets the next begin when one ends. Thread-safe. */
final class Lanes {

    private final int width;
    private final Semaphore free;
    private final Runnable next;
    private volatile boolean backlog;

    /** Creates it with {@code width} lanes; {@code next} is run when one gets free after another was wanted in vain. */
    Lanes(int width, Runnable next) {
        this.width = width;
        this.free = new Semaphore(width);
        this.next = next;
    }

    /** Takes a lane, unless all are taken. */
    boolean enter() {
        boolean entered = free.tryAcquire();
        backlog |= !entered;
        return entered;
    }

    /** Gives a lane back. */
    void leave() {
        free.release();
        if (backlog) {
            backlog = false;
            next.run();
        }
    }

    /** Waits until all lanes are free, and closes them. */
    boolean drain(Duration patience) throws InterruptedException {
        return free.tryAcquire(width, patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
