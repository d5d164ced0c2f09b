package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code wrk} found: a load on some connections that never rest. */
record Wrk(long requests, double perSecond, double p50Millis, double p99Millis) {

    private static final int CONNECTIONS = 32;
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern PER_SECOND = Pattern.compile("Requests/sec: +([\\d.]+)");
    private static final Pattern BAD = Pattern.compile("Non-2xx|Socket errors");

    /**
     * Checks that there is one.
     *
     * @throws Unable if there is none
     */
    static void require() throws InterruptedException {
        try {
            new ProcessBuilder("wrk", "-v").redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            throw new Unable("wrk is not installed. On Debian and Ubuntu: apt-get install wrk. On others, see"
                    + " https://github.com/wg/wrk");
        }
    }

    /** Puts a load on a URL for some seconds. */
    static Wrk load(String url, int seconds, String header) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        List.of("wrk", "-t1", "-c" + CONNECTIONS, "-d" + seconds + "s", "--latency", "-H", header, url))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || BAD.matcher(said).find()) {
            throw new Unable("wrk had trouble with " + url + ":\n" + said);
        }
        return new Wrk(
                Long.parseLong(find(REQUESTS, said)),
                Double.parseDouble(find(PER_SECOND, said)),
                percentile(50, said),
                percentile(99, said));
    }

    private static double percentile(int which, String said) {
        Matcher found = matcher(Pattern.compile(which + "% +([\\d.]+)(us|ms|s)"), said);
        double value = Double.parseDouble(found.group(1));
        return found.group(2).equals("us") ? value / 1000 : found.group(2).equals("s") ? value * 1000 : value;
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
