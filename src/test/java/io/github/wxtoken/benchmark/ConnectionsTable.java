package io.github.wxtoken.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures a server's throughput with idle connections and long polls, beside the same server before and after them.
 */
final class ConnectionsTable {

    private static final int IDLING = 10_000;
    private static final int WAITING = 5_000;

    /** The number of concurrent connections, beside the few of the load. */
    static final int CONNECTIONS = IDLING + WAITING;

    private static final int WARM_UP_SECONDS = 12;
    private static final int ROUNDS = 11;
    private static final int ROUND_SECONDS = 3;

    private ConnectionsTable() {}

    static void print(Bench bench) throws InterruptedException {
        try (ServerProcess server = bench.server(0)) {
            OpenConnections.warmUp(server);
            Wrk.load(server, "/token", WARM_UP_SECONDS);
            List<Double> before = alone(server);
            double memoryBefore = server.peakMemory();
            List<Double> with = new ArrayList<>();
            double memoryWith;
            try (OpenConnections open = new OpenConnections(server, IDLING, WAITING)) {
                open.awaitAll();
                for (int i = 0; i < ROUNDS; i++) {
                    with.add(load(server));
                    open.requireAll();
                }
                memoryWith = server.peakMemory();
                open.leave();
            }
            List<Double> after = alone(server);
            // The server gets faster the longer it runs: compared only with the time before, the result would look
            // too good.
            List<Double> alone = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                alone.add((before.get(i) + after.get(i)) / 2);
            }
            Table table = new Table(
                    "A open beside the load", "", "requests/s", "of the mean of before and after", "peak memory MB");
            table.add("alone, before", Table.median(before), "", memoryBefore);
            table.add(
                    IDLING + " idle connections and " + WAITING + " waiting callers",
                    Table.median(with),
                    Table.medianRatio(with, alone),
                    memoryWith);
            table.add("alone, after", Table.median(after), "", "");
            table.print();
        }
    }

    private static List<Double> alone(ServerProcess server) throws InterruptedException {
        List<Double> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            rounds.add(load(server));
        }
        return rounds;
    }

    private static double load(ServerProcess server) throws InterruptedException {
        return Wrk.load(server, "/token", ROUND_SECONDS).perSecond();
    }
}
