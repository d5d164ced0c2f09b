package io.github.wxtoken.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The result of {@code wrk}: a load on some permanently busy connections. */
record Wrk(long requests, double perSecond, double p50Millis, double p99Millis) {

    private static final int CONNECTIONS = 32;
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern PER_SECOND = Pattern.compile("Requests/sec: +([\\d.]+)");
    private static final Pattern BAD = Pattern.compile("Non-2xx|Socket errors");

    /**
     * Checks that {@code wrk} is installed.
     *
     * @throws Unable if it is not
     */
    static void require() throws InterruptedException {
        try {
            Children.run(new ProcessBuilder("wrk", "-v"));
        } catch (Unable e) {
            throw new Unable("wrk is not installed. On Debian and Ubuntu: apt-get install wrk. On others, see"
                    + " https://github.com/wg/wrk");
        }
    }

    /** Puts a load on a server for some seconds: requests for a path with the caller's key. */
    static Wrk load(ServerProcess server, String path, int seconds) throws InterruptedException {
        return load(server, path, seconds, CONNECTIONS, "-H", Bench.KEY);
    }

    /** Does the same on this number of connections, with further options of {@code wrk}. */
    static Wrk load(ServerProcess server, String path, int seconds, int connections, String... options)
            throws InterruptedException {
        String url = server.url(path);
        List<String> command =
                new ArrayList<>(List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--latency"));
        command.addAll(List.of(options));
        command.add(url);
        // One thread leaves the processors to the server. It is enough for Tomcat; nginx could handle more with two.
        Children.Output output = Children.run(new ProcessBuilder(command));
        String said = output.text();
        if (output.failed() || BAD.matcher(said).find()) {
            throw server.failure("wrk had trouble with " + url + ":\n" + said);
        }
        return new Wrk(
                Long.parseLong(find(REQUESTS, said)),
                Double.parseDouble(find(PER_SECOND, said)),
                percentile(50, said),
                percentile(99, said));
    }

    private static double percentile(int which, String said) {
        Matcher found = matcher(Pattern.compile(which + "% +([\\d.]+)(us|ms|s|m)"), said);
        double value = Double.parseDouble(found.group(1));
        return switch (found.group(2)) {
            case "us" -> value / 1000;
            case "ms" -> value;
            case "s" -> value * 1000;
            default -> value * 60_000;
        };
    }

    private static String find(Pattern pattern, String said) {
        return matcher(pattern, said).group(1);
    }

    private static Matcher matcher(Pattern pattern, String said) {
        Matcher matcher = pattern.matcher(said);
        if (!matcher.find()) {
            throw new Unable("wrk said something else than expected:\n" + said);
        }
        return matcher;
    }
}
