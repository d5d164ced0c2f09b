package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.util.FileSystemUtils;

/** The benchmark of the server: measures it as a user would run it and prints the tables. See {@code README.md}. */
final class Benchmark {

    private static final Path TARGET = Path.of("target");

    private static final int PORTS = 3;
    private static final int LOWEST_PORT = 1024;
    private static final int HIGHEST_PORT = 65_536 - PORTS;

    private static final Map<String, Measurement> ALL = new LinkedHashMap<>();

    static {
        ALL.put("throughput", ThroughputTable::print);
        ALL.put("connections", ConnectionsTable::print);
        ALL.put("relay", RelayTable::print);
        ALL.put("storm", StormTable::print);
        ALL.put("start", StartTable::print);
        ALL.put("memory", MemoryTable::print);
        ALL.put("growth", GrowthTable::print);
    }

    private Benchmark() {}

    /**
     * Runs the measurements; exits with 1 if one of them is not possible.
     *
     * @param args the first port; the names of the tables, separated by commas, or {@code all}
     */
    public static void main(String[] args) {
        // Cleans up on every exit, including Ctrl-C.
        Runtime.getRuntime().addShutdownHook(new Thread(Benchmark::cleanUp));
        try {
            measure(port(args[0]), names(args[1]));
        } catch (Throwable e) {
            // After an interruption the failure is only that the processes have been ended.
            if (!Children.haveEnded()) {
                report(e);
            }
            System.exit(1);
        }
        // Threads of the simulator may still run.
        System.exit(0);
    }

    private static void report(Throwable e) {
        if (e instanceof Unable) {
            System.err.println("\nThe benchmark cannot go on. " + e.getMessage());
        } else {
            System.err.println("\nThe benchmark failed, which it should not: " + e);
            e.printStackTrace();
        }
    }

    private static void cleanUp() {
        Children.endAll();
        FileSystemUtils.deleteRecursively(Image.temporary(TARGET).toFile());
    }

    private static void measure(int port, Set<String> names) throws Exception {
        if (!Files.exists(Path.of("/proc/self/status"))) {
            throw new Unable("It reads the memory of processes from /proc, so it needs Linux.");
        }
        Wrk.require();
        if (names.contains("storm")) {
            RequestBurst.requireFiles(StormTable.CALLERS);
        }
        if (names.contains("connections")) {
            RequestBurst.requireFiles(ConnectionsTable.CONNECTIONS);
        }
        for (int i = 0; i < PORTS; i++) {
            ServerProcess.requireFree(port + i);
        }
        Image image = Image.extract(TARGET);
        if (image.hasArchive()) {
            image.train();
        }
        System.out.printf("%nwxtoken on %s, %s%n", machine(), LocalDate.now(ZoneOffset.UTC));
        List<String> missing = new ArrayList<>();
        try (Bench bench = new Bench(image, port)) {
            for (Map.Entry<String, Measurement> each : ALL.entrySet()) {
                if (names.contains(each.getKey())) {
                    try {
                        each.getValue().print(bench);
                    } catch (Unable e) {
                        // The other tables are still possible.
                        System.err.println("\nNo table for " + each.getKey() + ". " + e.getMessage());
                        missing.add(each.getKey());
                    }
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new Unable("It could not measure " + missing + ".");
        }
    }

    private static int port(String text) {
        int port = text.matches("\\d{4,5}") ? Integer.parseInt(text) : 0;
        if (port < LOWEST_PORT || port > HIGHEST_PORT) {
            throw new Unable("benchmark.port must be from " + LOWEST_PORT + " to " + HIGHEST_PORT + ", not " + text);
        }
        return port;
    }

    private static Set<String> names(String text) {
        if (text.equals("all")) {
            return ALL.keySet();
        }
        Set<String> unknown = new TreeSet<>(List.of(text.split(",", -1)));
        Set<String> known = new TreeSet<>(unknown);
        known.retainAll(ALL.keySet());
        unknown.removeAll(ALL.keySet());
        if (!unknown.isEmpty()) {
            throw new Unable("There is no table " + unknown + ". There are " + ALL.keySet() + ": name some of them,"
                    + " separated by commas, as -Dbenchmark=throughput,start");
        }
        return known;
    }

    private static String machine() throws IOException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse("an unknown processor");
        return Runtime.getRuntime().availableProcessors() + " cores of " + cpu + ", Linux "
                + System.getProperty("os.version") + ", Java " + Runtime.version()
                + (Bench.virtualThreads() ? " with virtual threads" : "");
    }

    /** A measurement that prints its results. */
    private interface Measurement {
        void print(Bench bench) throws Exception;
    }
}
