package io.github.wxtoken.wechat;

import io.github.wxtoken.support.DaemonThreads;
import io.github.wxtoken.token.TokenSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The thread pools for blocking calls. Fetches and probes have separate pools of the same size, so neither waits
 * for the other. Threads end after a minute without work.
 */
final class Workers implements AutoCloseable {

    private static final int THREADS = TokenSource.CONCURRENT_CALLS;

    private final ThreadFactory factory = new DaemonThreads("wechat-");
    private final ExecutorService fetches = pool();
    private final ExecutorService probes = pool();
    private final ScheduledExecutorService timer;
    private final Set<Job<?>> open = ConcurrentHashMap.newKeySet();

    /** Creates the pools. The timer completes work that takes too long. */
    Workers(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    <T> CompletableFuture<T> fetch(Supplier<T> work, Supplier<T> late, Duration limit) {
        return start(fetches, new Job<>(work, late), limit);
    }

    <T> CompletableFuture<T> probe(Supplier<T> work, Supplier<T> late, Duration limit) {
        return start(probes, new Job<>(work, late), limit);
    }

    /** Stops accepting work, and completes unfinished work with its late result. */
    @Override
    public void close() {
        fetches.shutdownNow();
        probes.shutdownNow();
        open.forEach(Job::giveUp);
    }

    private <T> CompletableFuture<T> start(ExecutorService pool, Job<T> job, Duration limit) {
        open.add(job);
        try {
            // A thread that resolves a host name cannot be interrupted and may block for a minute.
            var alarm = timer.schedule(job::giveUp, limit.toMillis(), TimeUnit.MILLISECONDS);
            job.result.whenComplete((result, e) -> {
                alarm.cancel(false);
                open.remove(job);
            });
            pool.execute(job);
        } catch (RejectedExecutionException e) {
            job.giveUp();
            open.remove(job);
        }
        return job.result;
    }

    private ExecutorService pool() {
        var pool = new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Some work, and the result to use instead when it takes too long. */
    private static final class Job<T> implements Runnable {
        private final Supplier<T> work;
        private final Supplier<T> late;
        private final CompletableFuture<T> result = new CompletableFuture<>();

        Job(Supplier<T> work, Supplier<T> late) {
            this.work = work;
            this.late = late;
        }

        @Override
        public void run() {
            if (!result.isDone()) {
                conclude(work);
            }
        }

        void giveUp() {
            if (!result.isDone()) {
                conclude(late);
            }
        }

        private void conclude(Supplier<T> by) {
            try {
                result.complete(by.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        }
    }
}
