package io.github.wxtoken.keeper;

import io.github.wxtoken.token.Instants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A clock and scheduler for a single thread. Time advances only in {@link #pass} and {@link #jump}; tasks run in the
 * order of their times.
 */
public final class ManualScheduler extends PlainTimer {

    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>(ManualScheduler::inOrder);
    private Instant now;
    private long scheduled;

    public ManualScheduler(Instant start) {
        this.now = start;
    }

    /** Compares by time, then by age. Written out by hand because simulations spend much of their time here. */
    private static int inOrder(Task<?> one, Task<?> other) {
        int order = one.at.compareTo(other.at);
        return order != 0 ? order : Long.compare(one.number, other.number);
    }

    /** Advances the clock step by step and runs each task at its time. */
    public void pass(Duration time) {
        Instant end = now.plus(time);
        for (Task<?> next = tasks.peek(); next != null && !next.at.isAfter(end); next = tasks.peek()) {
            tasks.poll();
            now = Instants.later(now, next.at);
            next.run();
        }
        // A task may have advanced the clock further.
        now = Instants.later(now, end);
    }

    /** Advances the clock at once, as a suspension does: the tasks that come due run afterwards. */
    public void jump(Duration time) {
        now = now.plus(time);
        pass(Duration.ZERO);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> command, long delay, TimeUnit unit) {
        Task<V> task = new Task<>(command, now.plus(Duration.of(Math.max(0, delay), unit.toChronoUnit())));
        tasks.add(task);
        return task;
    }

    @Override
    public void shutdown() {
        tasks.clear();
    }

    @Override
    public List<Runnable> shutdownNow() {
        tasks.clear();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
        private final Instant at;
        private final long number = scheduled++;

        Task(Callable<V> command, Instant at) {
            super(command);
            this.at = at;
        }

        @Override
        public boolean isPeriodic() {
            return false;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(Duration.between(now, at));
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }

        /** Rethrows what the task threw: a future would swallow it and hide a bug. */
        @Override
        protected void setException(Throwable t) {
            throw new AssertionError("a scheduled task failed", t);
        }

        @Override
        public boolean cancel(boolean interrupt) {
            return super.cancel(interrupt) && tasks.remove(this);
        }
    }
}
