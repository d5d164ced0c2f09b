package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many connections to a server with few requests: some are idle, the others are long polls for another token. */
final class OpenConnections implements AutoCloseable {

    /** Less than the 75 seconds for which the server keeps an idle connection. */
    private static final Duration IDLE = Duration.ofSeconds(45);

    /** The longest wait. The server ends a longer one after this time as well. */
    private static final Duration WAIT = Duration.ofSeconds(55);

    private static final int WARM_UP_CALLERS = 1_000;
    private static final int WARM_UP_ROUNDS = 15;

    private final ServerProcess server;
    private final CountDownLatch there = new CountDownLatch(2);
    private final CountDownLatch leaving = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    /** The halves that have ended. One that ended before it was told to has failed. */
    private final ExecutorCompletionService<Void> ended = new ExecutorCompletionService<>(threads);

    /** Starts to connect; {@link #awaitAll} returns when all are connected. */
    OpenConnections(ServerProcess server, int idling, int waiting) {
        this.server = server;
        ended.submit(() -> idle(idling), null);
        ended.submit(() -> await(waiting), null);
    }

    /** Makes callers wait for a second each, so that their code is compiled before the measurement. */
    static void warmUp(ServerProcess server) {
        try (RequestBurst burst = new RequestBurst(server, WARM_UP_CALLERS)) {
            String request = waiting(server, Duration.ofSeconds(1));
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                burst.ask(request, 304);
            }
        } catch (IOException e) {
            throw server.failure("The warm-up failed: " + e.getMessage());
        }
    }

    /** Returns the request of a caller that has the current token and waits for another. */
    private static String waiting(ServerProcess server, Duration patience) throws IOException {
        String version = server.ask(Bench.GET).header("ETag");
        return Exchange.request(
                "GET", "/token?wait=" + patience.toSeconds(), "", Bench.KEY, "If-None-Match: " + version);
    }

    void awaitAll() throws InterruptedException {
        while (!there.await(1, TimeUnit.SECONDS)) {
            requireAll();
        }
    }

    /**
     * Checks that all connections are still open.
     *
     * @throws Unable if one is not
     */
    void requireAll() throws InterruptedException {
        Future<Void> early = ended.poll();
        if (early != null) {
            require(early);
        }
    }

    /**
     * Disconnects each caller after its next answer. The server would still wait for those that disconnect at once.
     */
    void leave() throws InterruptedException {
        leaving.countDown();
        // Takes the halves in the order in which they end, because the first may have failed.
        require(ended.take());
        require(ended.take());
    }

    private void require(Future<Void> half) throws InterruptedException {
        try {
            half.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Unable reason) {
                throw new Unable("The open connections failed. " + reason.getMessage());
            }
            throw new IllegalStateException("the open connections failed", e.getCause());
        }
    }

    private void idle(int count) {
        try (RequestBurst burst = new RequestBurst(server, count)) {
            there.countDown();
            while (leaving.getCount() > 0) {
                burst.ask(Bench.GET, 200, IDLE);
            }
        } catch (IOException e) {
            throw server.failure("The idle connections failed: " + e.getMessage());
        }
    }

    private void await(int count) {
        try (RequestBurst burst = new RequestBurst(server, count)) {
            burst.keepAsking(waiting(server, WAIT), 304, WAIT, there::countDown, leaving);
        } catch (IOException e) {
            throw server.failure("The waiting callers failed: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        // Does not wait for them: after a failure they would take a minute.
        threads.shutdownNow();
    }
}
