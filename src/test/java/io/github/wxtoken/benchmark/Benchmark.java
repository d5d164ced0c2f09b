package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The benchmark of the server: measures it as a user would run it, and prints the tables. See {@code README.md}. */
final class Benchmark {

    private static final int PORTS = 3;

    private static final Map<String, Measurement> ALL = new LinkedHashMap<>();

    static {
        ALL.put("throughput", ThroughputTable::print);
        ALL.put("crowd", CrowdTable::print);
        ALL.put("storm", StormTable::print);
        ALL.put("start", StartTable::print);
        ALL.put("memory", MemoryTable::print);
        ALL.put("growth", GrowthTable::print);
    }

    private Benchmark() {}

    /**
     * Measures, and exits with 1 where that cannot be done.
     *
     * @param args the first port; the names of the tables, separated by commas, or {@code all}
     */
    public static void main(String[] args) throws Exception {
        try {
            measure(port(args[0]), names(args[1]));
        } catch (Unable e) {
            System.err.println("\nThe benchmark cannot go on. " + e.getMessage());
            System.exit(1);
        }
        // Threads of the simulator may be left.
        System.exit(0);
    }

    private static void measure(int port, Set<String> names) throws Exception {
        if (!Files.exists(Path.of("/proc/self/status"))) {
            throw new Unable("It reads the memory of processes from /proc, so it needs Linux.");
        }
        Wrk.require();
        for (int i = 0; i < PORTS; i++) {
            ServerProcess.requireFree(port + i);
        }
        Image image = Image.extract(Path.of("target"));
        if (image.hasArchive()) {
            image.train();
        }
        System.out.printf("%nwxtoken on %s, %s%n", machine(), LocalDate.now(ZoneOffset.UTC));
        try (Bench bench = new Bench(image, port)) {
            for (Map.Entry<String, Measurement> each : ALL.entrySet()) {
                if (names.contains(each.getKey())) {
                    each.getValue().print(bench);
                }
            }
        }
    }

    private static int port(String text) {
        if (!text.matches("\\d{4,5}") || Integer.parseInt(text) + PORTS > 65_536) {
            throw new Unable("benchmark.port must be a port from 1024 to " + (65_536 - PORTS) + ".");
        }
        return Integer.parseInt(text);
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

    /** Something that is measured and printed. */
    private interface Measurement {
        void print(Bench bench) throws Exception;
    }
}
