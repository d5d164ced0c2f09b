package io.github.wxtoken.benchmark;

import io.github.wxtoken.simulator.Fault;
import java.time.Duration;
import java.util.List;

/**
 * Measures the time from the start of the process to the first token, beside the first answer of the empty
 * application.
 */
final class StartTable {

    private static final int ROUNDS = 7;
    private static final Duration UPSTREAM = Duration.ofMillis(50);

    private StartTable() {}

    static void print(Bench bench) throws Exception {
        List<Bench.Application> applications = bench.applications();
        List<List<Double>> seconds;
        bench.wechat().faults().slowness(UPSTREAM).always(Fault.SLOW_ANSWER);
        try {
            // Fills the file system caches.
            Rounds.of(1, applications, StartTable::seconds);
            seconds = Rounds.of(ROUNDS, applications, StartTable::seconds);
        } finally {
            bench.wechat().faults().clear();
        }
        Table table = new Table("From the start to the first token", "", "s", "of the empty application (range)");
        for (int i = 0; i < applications.size(); i++) {
            table.add(
                    applications.get(i).name(),
                    Table.median(seconds.get(i)),
                    Table.medianRatio(seconds.get(i), seconds.get(0)));
        }
        table.print();
    }

    private static double seconds(Bench.Application application) throws InterruptedException {
        try (ServerProcess server = application.start()) {
            return server.awaitAnswer(Bench.GET).toNanos() / 1e9;
        }
    }
}
