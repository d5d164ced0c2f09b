package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Measures the cost of further accounts. */
final class GrowthTable {

    private static final int[] ACCOUNTS = {1, 100, 10_000, 100_000};
    private static final int IDLE_SECONDS = 30;

    private GrowthTable() {}

    static void print(Bench bench) throws IOException, InterruptedException {
        bench.open(1, ACCOUNTS[ACCOUNTS.length - 1]);
        Table table = new Table(
                "More accounts",
                "accounts",
                "first token s",
                "all tokens s",
                "all tokens, ms per account",
                "live heap MB",
                "KB per further account",
                "peak memory MB",
                "CPU when idle %",
                "of it per 1,000 accounts %",
                "the same without the watchdog %");
        double one = 0;
        for (int accounts : ACCOUNTS) {
            String location = "--spring.config.additional-location=file:" + bench.accounts(accounts);
            double first;
            double all;
            double idle;
            double heap;
            double peak;
            try (ServerProcess server = start(bench, location)) {
                first = seconds(server, 1);
                all = seconds(server, accounts);
                idle = idle(server);
                peak = server.peakMemory();
                heap = server.liveHeap(bench.image().javaHome());
            }
            double calm;
            try (ServerProcess server = start(bench, location, "--wxtoken.refresh.watchdog=0s")) {
                seconds(server, accounts);
                calm = idle(server);
            }
            one = accounts == 1 ? heap : one;
            table.add(
                    accounts,
                    first,
                    all,
                    accounts == 1 ? "" : (all - first) * 1000 / (accounts - 1),
                    heap,
                    accounts == 1 ? "" : (heap - one) * 1000 / (accounts - 1),
                    peak,
                    idle,
                    accounts < 1000 ? "" : idle * 1000 / accounts,
                    calm);
        }
        table.print();
    }

    private static ServerProcess start(Bench bench, String... more) {
        return bench.start("wxtoken", bench.image().server(bench.arguments(0, more)), 0);
    }

    /** Returns the time from the start until the token of each of the first accounts was served. */
    private static double seconds(ServerProcess server, int accounts) throws InterruptedException {
        return server.awaitAnswers(IntStream.range(0, accounts)
                                .mapToObj(i -> Exchange.request("GET", "/token?appid=" + Bench.appid(i), "", Bench.KEY))
                                .iterator())
                        .toNanos()
                / 1e9;
    }

    private static double idle(ServerProcess server) throws InterruptedException {
        // Lets the rest of the start finish.
        TimeUnit.SECONDS.sleep(5);
        double before = server.cpu();
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        return (server.cpu() - before) * 100 / IDLE_SECONDS;
    }
}
