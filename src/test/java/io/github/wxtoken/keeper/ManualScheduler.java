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
 * A clock and a scheduler in one, for a single thread: time passes when {@link #pass} says so, and tasks run in the order
 * of their times.
 */
final class ManualScheduler extends PlainTimer {

    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>(ManualScheduler::inOrder);
    private Instant now;
    private long scheduled;

    ManualScheduler(Instant start) {
        this.now = start;
    }

    /** Written out, for simulations spend much of their time here. */
    private static int inOrder(Task<?> one, Task<?> other) {
        int order = one.at.compareTo(other.at);
        return order != 0 ? order : Long.compare(one.number, other.number);
    }

    /** Lets time pass, and runs what comes due on the way. */
    void pass(Duration time) {
        Instant end = now.plus(time);
        for (Task<?> next = tasks.peek(); next != null && !next.at.isAfter(end); next = tasks.peek()) {
            tasks.poll();
            now = Instants.later(now, next.at);
            next.run();
        }
        // A task may have let more time pass than this.
        now = Instants.later(now, end);
    }

    /** Lets the clock jump, as after a suspension: what should have run meanwhile runs after it. */
    void jump(Duration time) {
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

        /** A future keeps what its task throws to itself, which in a test would hide a bug. */
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
