package io.github.wxtoken.benchmark;

import java.util.List;

/** Measures the peak resident memory after a million requests, beside the empty application with the same options. */
final class MemoryTable {

    private static final int ROUNDS = 3;
    private static final int REQUESTS = 1_000_000;
    private static final int LOAD_SECONDS = 5;

    private MemoryTable() {}

    static void print(Bench bench) throws Exception {
        List<Bench.Application> applications = bench.applications();
        List<List<Memory>> rounds = Rounds.of(ROUNDS, applications, MemoryTable::memory);
        Table table = new Table(
                "Memory after a million requests",
                "",
                "at the first answer MB",
                "peak MB",
                "of the empty application (range)");
        List<Double> reference = Rounds.figures(rounds.get(0), Memory::peak);
        for (int i = 0; i < applications.size(); i++) {
            List<Double> peaks = Rounds.figures(rounds.get(i), Memory::peak);
            table.add(
                    applications.get(i).name(),
                    Table.median(Rounds.figures(rounds.get(i), Memory::first)),
                    Table.median(peaks),
                    Table.medianRatio(peaks, reference));
        }
        table.print();
    }

    private static Memory memory(Bench.Application application) throws InterruptedException {
        try (ServerProcess server = application.start()) {
            server.awaitAnswer(Bench.GET);
            double first = server.peakMemory();
            for (long requests = 0; requests < REQUESTS; ) {
                requests += Wrk.load(server, "/token", LOAD_SECONDS).requests();
            }
            return new Memory(first, server.peakMemory());
        }
    }

    private record Memory(double first, double peak) {}
}
