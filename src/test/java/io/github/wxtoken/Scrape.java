package io.github.wxtoken;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics of the server as Prometheus scrapes them. */
final class Scrape {

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Map<String, String> types = new TreeMap<>();
    private final List<Sample> samples = new ArrayList<>();

    private Scrape() {}

    /** Returns the metrics as they are now. */
    static Scrape of(RunningServer server) {
        return of(server.get("/actuator/prometheus").response().body());
    }

    /** Repeats the scrape until it matches; fails if it never does. */
    static Scrape until(RunningServer server, Predicate<Scrape> wanted) {
        return of(server.getUntil(
                        "/actuator/prometheus",
                        answer -> answer.status() == 200
                                && wanted.test(of(answer.response().body())))
                .response()
                .body());
    }

    static Scrape of(String text) {
        Scrape scrape = new Scrape();
        for (String line : text.lines().toList()) {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                scrape.types.put(type.group(1), type.group(2));
            } else if (sample.matches()) {
                scrape.samples.add(Sample.of(sample));
            } else if (!line.startsWith("#")) {
                throw new AssertionError("neither comment nor sample: " + line);
            }
        }
        return scrape;
    }

    /** Returns the types of all metrics by name. */
    Map<String, String> types() {
        return types;
    }

    /** Returns the names of all time series, including the parts of histograms. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(types.keySet());
        samples.forEach(sample -> names.add(sample.name));
        return names;
    }

    /** Returns the names of a metric's labels. */
    Set<String> labels(String metric) {
        Set<String> labels = new TreeSet<>();
        samples(metric).forEach(sample -> labels.addAll(sample.labels.keySet()));
        labels.remove("le");
        return labels;
    }

    /** Returns the sum of the samples of a metric that have these labels, names and values in turn. */
    double sum(String name, String... labels) {
        Predicate<Sample> which = sample -> sample.name.equals(name);
        for (int i = 0; i < labels.length; i += 2) {
            String label = labels[i];
            String value = labels[i + 1];
            which = which.and(sample -> value.equals(sample.labels.get(label)));
        }
        List<Sample> found = samples.stream().filter(which).toList();
        if (found.isEmpty()) {
            throw new AssertionError("no sample of " + name + " " + List.of(labels));
        }
        return found.stream().mapToDouble(Sample::value).sum();
    }

    private List<Sample> samples(String metric) {
        Set<String> names = "histogram".equals(types.get(metric))
                ? Set.of(metric + "_bucket", metric + "_count", metric + "_sum")
                : Set.of(metric);
        return samples.stream().filter(sample -> names.contains(sample.name)).toList();
    }

    private record Sample(String name, Map<String, String> labels, double value) {
        static Sample of(Matcher line) {
            Map<String, String> labels = new TreeMap<>();
            Matcher label = LABEL.matcher(line.group(2) == null ? "" : line.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
            String value = line.group(3).replace("+Inf", "Infinity");
            return new Sample(line.group(1), labels, Double.parseDouble(value));
        }
    }
}
