package io.github.wxtoken;

import static io.github.wxtoken.RunningServer.APPID;
import static io.github.wxtoken.RunningServer.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.caller.Keys;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Measures the cost of metrics: the throughput lost by {@code GET /token} and a scrape with ten thousand accounts.
 * Runs only in the profile {@code soak}.
 */
@Tag("soak")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class MetricsCostTest {

    private static final int ROUNDS = 15;
    private static final int ACCOUNTS = 10_000;

    /**
     * Both servers have the same callers and run in this process in turn. The one with metrics is scraped meanwhile
     * and has an open status page, which requests each token with its history.
     */
    @Test
    void howMuchThroughputIsLeftWithMetricsAndAnOpenPage() throws Exception {
        String[] keys = IntStream.range(0, 50)
                .mapToObj(i -> Keys.arguments("caller" + i, "operator=true"))
                .flatMap(Stream::of)
                .toArray(String[]::new);
        String[] none = Stream.concat(Stream.of(keys), Stream.of("--management.metrics.enable.all=false"))
                .toArray(String[]::new);
        try (Throughput throughput = new Throughput();
                WeChatSimulator wechat = WeChatSimulator.start()) {
            wechat.account(APPID, SECRET);
            try (RunningServer with = RunningServer.start(wechat, keys);
                    RunningServer without = RunningServer.start(wechat, none)) {
                with.callAs(Keys.bearer("caller25"));
                List<Double> ratios = new ArrayList<>();
                for (int round = -5; round < ROUNDS; round++) {
                    double bare = throughput.of(without, "caller25");
                    var scrape = with.getLater("/actuator/prometheus");
                    var page = with.getLater("/actuator/tokens");
                    double measured = throughput.of(with, "caller25");
                    assertThat(page.join().status()).isEqualTo(200);
                    assertThat(scrape.join().status()).isEqualTo(200);
                    if (round >= 0) {
                        ratios.add(measured / bare);
                        System.out.printf("%.0f/s with metrics, %.0f/s without%n", measured, bare);
                    }
                }
                ratios.sort(null);
                System.out.printf(
                        "GET /token with metrics and an open page: %.2f of the throughput without (median of %d rounds; %.2f to %.2f)%n",
                        ratios.get(ROUNDS / 2), ROUNDS, ratios.get(0), ratios.get(ROUNDS - 1));
                double counted = Scrape.of(with).sum("wxtoken_token_reads_total", "caller", "caller25");
                assertThat(counted).isGreaterThan(ROUNDS);
            }
        }
    }

    @Test
    void howLargeAScrapeIsAndHowMuchHeapAnAccountTakes() throws IOException {
        // The first start loads the classes.
        heap(1, "--management.metrics.enable.all=false");
        double one = heap(1, "--management.metrics.enable.all=false");
        double without = heap(ACCOUNTS, "--management.metrics.enable.all=false");
        double with = heap(ACCOUNTS);
        System.out.printf(
                "heap of %d accounts, each, with the simulator: %.1f KB with metrics, %.1f KB without%n",
                ACCOUNTS, (with - one) * 1000 / ACCOUNTS, (without - one) * 1000 / ACCOUNTS);
    }

    /** Returns the heap in use of a server and its simulator in MB. Prints the size of a scrape if there are metrics. */
    private static double heap(int accounts, String... arguments) throws IOException {
        List<String> appids = IntStream.range(0, accounts)
                .mapToObj(i -> String.format("wx%016x", i + 1))
                .toList();
        try (WeChatSimulator wechat =
                WeChatSimulator.builder().clock(InstantSource.system()).start()) {
            appids.forEach(appid -> wechat.account(appid, SECRET));
            try (RunningServer server = RunningServer.start(wechat, appids, arguments)) {
                awaitTokens(server, accounts / 2);
                awaitTokens(server, accounts);
                double heap = heap();
                if (arguments.length == 0) {
                    printScrapes(server);
                }
                return heap;
            }
        }
    }

    private static void awaitTokens(RunningServer server, int count) {
        server.getUntil(
                "/actuator/health",
                answer -> answer.json().at("/components/tokens/details/up").asInt() >= count);
    }

    private static void printScrapes(RunningServer server) throws IOException {
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            String scrape = server.get("/actuator/prometheus").response().body();
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "a scrape of %d accounts: %d series, %.1f KB, %.1f KB compressed, %.2f s%n",
                    ACCOUNTS,
                    scrape.lines().filter(line -> !line.startsWith("#")).count(),
                    scrape.length() / 1e3,
                    compressed(scrape) / 1e3,
                    seconds);
            assertThat(scrape.length()).isLessThan(1_000_000);
        }
    }

    private static double heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }

    private static int compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.size();
    }
}
