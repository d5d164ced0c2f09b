package io.github.wxtoken.benchmark;

import io.github.wxtoken.simulator.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The time from the start of the process to the first token served, beside the first answer of the empty application. */
final class StartTable {

    private static final int ROUNDS = 7;
    private static final Duration UPSTREAM = Duration.ofMillis(50);

    private StartTable() {}

    static void print(Bench bench) throws IOException, InterruptedException {
        bench.wechat().faults().slowness(UPSTREAM).always(Fault.SLOW_ANSWER);
        Image image = bench.image();
        List<Double> empty = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        List<Double> archived = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        List<Double> archivedRatios = new ArrayList<>();
        // The first round fills the caches of the file system.
        for (int round = -1; round < ROUNDS; round++) {
            double reference;
            try (ServerProcess application = bench.emptyApplication(1)) {
                reference = seconds(application);
            }
            double own = seconds(bench, image.serverWithoutArchive(bench.arguments(0)));
            double own2 = image.hasArchive() ? seconds(bench, image.server(bench.arguments(0))) : 0;
            if (round >= 0) {
                empty.add(reference);
                plain.add(own);
                archived.add(own2);
                ratios.add(own / reference);
                archivedRatios.add(own2 / reference);
            }
        }
        bench.wechat().faults().clear();
        Table table = new Table("From the start to the first token", "", "s", "of the empty application (range)");
        table.add("empty application", Table.median(empty), "1");
        table.add("wxtoken, without an archive", Table.median(plain), Table.medianAndRange(ratios));
        if (image.hasArchive()) {
            table.add("wxtoken, as in the image", Table.median(archived), Table.medianAndRange(archivedRatios));
        }
        table.print();
    }

    private static double seconds(Bench bench, List<String> command) throws IOException, InterruptedException {
        Path directory = bench.image().directory();
        try (ServerProcess server = ServerProcess.start("wxtoken", command, directory, bench.port(0))) {
            return seconds(server);
        }
    }

    private static double seconds(ServerProcess server) throws IOException, InterruptedException {
        return server.awaitAnswer(Bench.GET).toNanos() / 1e9;
    }
}
