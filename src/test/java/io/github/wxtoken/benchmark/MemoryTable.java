package io.github.wxtoken.benchmark;

import java.io.IOException;

/** The most memory that was resident after a million requests, beside the empty application with the same options. */
final class MemoryTable {

    private static final int REQUESTS = 1_000_000;
    private static final int ROUND_SECONDS = 5;

    private MemoryTable() {}

    static void print(Bench bench) throws IOException, InterruptedException {
        Table table = new Table(
                "Memory after a million requests", "", "at the first answer MB", "peak MB", "of the empty application");
        double reference;
        try (ServerProcess empty = bench.emptyApplication(1)) {
            empty.awaitAnswer(Bench.GET);
            double first = empty.peakMemory();
            reference = peak(empty);
            table.add("empty application", first, reference, "1");
        }
        try (ServerProcess server = bench.server(0)) {
            double first = server.peakMemory();
            double peak = peak(server);
            table.add("wxtoken", first, peak, peak / reference);
        }
        table.print();
    }

    private static double peak(ServerProcess server) throws IOException, InterruptedException {
        for (long requests = 0; requests < REQUESTS; ) {
            requests += Wrk.load(server.url("/token"), ROUND_SECONDS, Bench.KEY).requests();
        }
        return server.peakMemory();
    }
}
