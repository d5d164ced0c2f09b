package io.github.wxtoken;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table of metrics in {@code src/docs/telemetry.md}. */
final class Telemetry {

    /** Surefire runs tests in another directory and sets this property to the project's. */
    static final Path PROJECT = Path.of(System.getProperty("basedir", ""));

    static final Path DOCUMENT = PROJECT.resolve(Path.of("src", "docs", "telemetry.md"));

    private static final Pattern NAME = Pattern.compile("\\bwxtoken_\\w+");
    private static final Pattern PART = Pattern.compile("_(bucket|count|sum)$");

    private Telemetry() {}

    /** One row of the table. */
    record Metric(String type, String unit, Set<String> tags) {}

    /** Returns all rows by the name of the metric. */
    static Map<String, Metric> table() {
        Map<String, Metric> table = new TreeMap<>();
        for (String line : read(DOCUMENT).lines().toList()) {
            String[] cells = line.split("\\|", -1);
            if (line.startsWith("| `wxtoken_")) {
                Metric metric = new Metric(cells[2].strip(), cells[3].strip(), tags(cells[4]));
                if (cells.length != 8 || table.put(cells[1].replace('`', ' ').strip(), metric) != null) {
                    throw new AssertionError("listed twice, or not in six columns: " + line);
                }
            }
        }
        return table;
    }

    /** Returns the names of the metrics that exist only while each account has time series of its own. */
    static Set<String> byAccount() {
        Pattern row = Pattern.compile("(?m)^\\| `(wxtoken_\\w+)` \\|.*\\| \\*by account:\\* ");
        return row.matcher(read(DOCUMENT))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns wxtoken's metrics in a PromQL text; a part of a histogram gives the name of the histogram. */
    static Set<String> namesIn(String promQl) {
        Set<String> histograms = table().entrySet().stream()
                .filter(metric -> metric.getValue().type().equals("histogram"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(promQl);
        while (name.find()) {
            String whole = PART.matcher(name.group()).replaceFirst("");
            names.add(histograms.contains(whole) ? whole : name.group());
        }
        return names;
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> tags(String cell) {
        return Arrays.stream(cell.replace("`", "").split(",", -1))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
