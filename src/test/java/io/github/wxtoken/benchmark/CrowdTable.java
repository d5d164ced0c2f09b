package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.channels.SocketChannel;
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

    private static final int IDLE = 10_000;
    private static final int WAITING = 5_000;
    private static final int WARM_UP_SECONDS = 12;
    private static final int ROUNDS = 11;
    private static final int ROUND_SECONDS = 3;

    /** Within the 75 seconds for which the server keeps an idle connection. */
    private static final long IDLE_SECONDS = 45;

    private CrowdTable() {}

    static void print(Bench bench) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (ServerProcess alone = bench.server(0);
                ServerProcess crowded = bench.server(1)) {
            Wrk.load(alone.url("/token"), WARM_UP_SECONDS, Bench.KEY);
            Wrk.load(crowded.url("/token"), WARM_UP_SECONDS, Bench.KEY);
            double before = crowded.peakMemory();
            CountDownLatch ended = new CountDownLatch(1);
            CompletableFuture<Void> crowd = CompletableFuture.allOf(
                    CompletableFuture.runAsync(() -> idle(crowded, ended), threads),
                    CompletableFuture.runAsync(() -> await(crowded, ended), threads));
            // Until all are connected.
            TimeUnit.SECONDS.sleep(10);
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
                    IDLE + " idle connections and " + WAITING + " waiting callers",
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

    private static void idle(ServerProcess server, CountDownLatch ended) {
        try (Swarm swarm = new Swarm(server.address(), IDLE)) {
            do {
                swarm.ask(Bench.GET, 200);
            } while (!ended.await(IDLE_SECONDS, TimeUnit.SECONDS));
        } catch (IOException e) {
            throw new Unable("idle connections: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(ServerProcess server, CountDownLatch ended) {
        try (SocketChannel socket = SocketChannel.open(server.address());
                Swarm swarm = new Swarm(server.address(), WAITING)) {
            String version = Exchange.of(socket, Bench.GET).header("ETag");
            String wait = Exchange.request("GET", "/token?wait=20", "", Bench.KEY, "If-None-Match: " + version);
            while (ended.getCount() > 0) {
                swarm.ask(wait, 304);
            }
        } catch (IOException e) {
            throw new Unable("waiting callers: " + e.getMessage());
        }
    }
}
