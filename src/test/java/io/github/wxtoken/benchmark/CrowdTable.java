package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The throughput of a server that a crowd is connected to, beside the same server without. */
final class CrowdTable {

    private static final int IDLING = 10_000;
    private static final int WAITING = 5_000;
    private static final int WARM_UP_SECONDS = 12;
    private static final int ROUNDS = 11;
    private static final int ROUND_SECONDS = 3;

    /** Within the 75 seconds for which the server keeps an idle connection. */
    private static final Duration IDLE = Duration.ofSeconds(45);

    /** As long as a caller may wait. */
    private static final Duration WAIT = Duration.ofSeconds(60);

    private CrowdTable() {}

    static void print(Bench bench) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (ServerProcess alone = bench.server(0);
                ServerProcess crowded = bench.server(1)) {
            Wrk.load(alone.url("/token"), WARM_UP_SECONDS, Bench.KEY);
            Wrk.load(crowded.url("/token"), WARM_UP_SECONDS, Bench.KEY);
            double before = crowded.peakMemory();
            CountDownLatch there = new CountDownLatch(2);
            CountDownLatch ended = new CountDownLatch(1);
            CompletableFuture<Void> crowd = CompletableFuture.allOf(
                    CompletableFuture.runAsync(() -> idle(crowded, there, ended), threads),
                    CompletableFuture.runAsync(() -> await(crowded, there, ended), threads));
            while (!crowd.isDone() && !there.await(1, TimeUnit.SECONDS)) {
                // Not all are connected yet, or some never will be.
            }
            List<Double> with = new ArrayList<>();
            List<Double> without = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < ROUNDS && !crowd.isDone(); i++) {
                without.add(
                        Wrk.load(alone.url("/token"), ROUND_SECONDS, Bench.KEY).perSecond());
                with.add(Wrk.load(crowded.url("/token"), ROUND_SECONDS, Bench.KEY)
                        .perSecond());
                ratios.add(with.get(i) / without.get(i));
            }
            double peak = crowded.peakMemory();
            ended.countDown();
            join(crowd);
            Table table = new Table("A crowd beside the load", "", "requests/s", "of the same load alone", "memory MB");
            table.add("alone", Table.median(without), "1", before);
            table.add(
                    IDLING + " idle connections and " + WAITING + " waiting callers",
                    Table.median(with),
                    Table.medianAndRange(ratios),
                    peak);
            table.print();
        } finally {
            threads.shutdownNow();
        }
    }

    private static void join(CompletableFuture<Void> crowd) {
        try {
            crowd.join();
        } catch (CompletionException e) {
            throw new Unable(String.valueOf(e.getCause()));
        }
    }

    private static void idle(ServerProcess server, CountDownLatch there, CountDownLatch ended) {
        try (Swarm swarm = new Swarm(server.address(), IDLING)) {
            there.countDown();
            while (ended.getCount() > 0) {
                swarm.ask(Bench.GET, 200, IDLE);
            }
        } catch (IOException e) {
            throw new Unable("idle connections: " + e.getMessage());
        }
    }

    private static void await(ServerProcess server, CountDownLatch there, CountDownLatch ended) {
        try (SocketChannel socket = SocketChannel.open(server.address());
                Swarm swarm = new Swarm(server.address(), WAITING)) {
            String version = Exchange.of(socket, Bench.GET).header("ETag");
            String wait = Exchange.request(
                    "GET", "/token?wait=" + WAIT.toSeconds(), "", Bench.KEY, "If-None-Match: " + version);
            swarm.keepAsking(wait, 304, WAIT, there::countDown, ended);
        } catch (IOException e) {
            throw new Unable("waiting callers: " + e.getMessage());
        }
    }
}
