package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Instants;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The clock and timer of one replica within a simulation. The clock has a skew; the process can be paused, as by
 * SIGSTOP, and killed. For a single thread.
 */
final class ReplicaTimer extends PlainTimer {

    private final ManualScheduler time;
    private final Duration skew;
    private final Deque<Runnable> held = new ArrayDeque<>();
    private Instant pausedUntil = Instant.MIN;
    private Instant trueTime = Instant.MIN;
    private Instant shownTime = Instant.MIN;
    private boolean killed;

    ReplicaTimer(ManualScheduler time, Duration skew) {
        this.time = time;
        this.skew = skew;
    }

    /** Pauses the process: tasks that come due meanwhile run after the pause. */
    void pause(Duration length) {
        pausedUntil = Instants.later(pausedUntil, time.instant().plus(length));
        time.schedule(this::resume, length.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean paused() {
        return time.instant().isBefore(pausedUntil);
    }

    /** Advances the clock to the end of a pause, for a task that is paused while it runs. */
    void sitOut() {
        while (paused() && !killed) {
            time.pass(Duration.between(time.instant(), pausedUntil));
        }
    }

    /** Kills the process: no task runs any more. */
    void kill() {
        killed = true;
        held.clear();
    }

    boolean killed() {
        return killed;
    }

    private void resume() {
        while (!held.isEmpty() && !paused()) {
            held.remove().run();
        }
    }

    private void run(Runnable task) {
        if (killed) {
            return;
        }
        if (paused() || !held.isEmpty()) {
            held.add(task);
        } else {
            task.run();
        }
    }

    @Override
    public Instant instant() {
        Instant now = time.instant();
        if (!now.equals(trueTime)) {
            // Cached because it is read many times at each instant.
            trueTime = now;
            shownTime = now.plus(skew);
        }
        return shownTime;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> command, long delay, TimeUnit unit) {
        Task<V> task = new Task<>(command);
        task.alarm = time.schedule(() -> run(task), delay, unit);
        return task;
    }

    @Override
    public void shutdown() {
        kill();
    }

    @Override
    public List<Runnable> shutdownNow() {
        kill();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return killed;
    }

    @Override
    public boolean isTerminated() {
        return killed;
    }

    private static final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private Future<?> alarm = this;

        Task(Callable<V> command) {
            super(command);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }

        @Override
        protected void setException(Throwable t) {
            throw new AssertionError("a task of a replica failed", t);
        }

        @Override
        public boolean cancel(boolean interrupt) {
            boolean cancelled = super.cancel(interrupt);
            if (alarm != this) {
                alarm.cancel(interrupt);
            }
            return cancelled;
        }
    }
}
