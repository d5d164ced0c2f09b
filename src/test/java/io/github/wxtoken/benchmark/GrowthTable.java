package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What further accounts cost. */
final class GrowthTable {

    private static final int[] ACCOUNTS = {1, 100, 10_000, 100_000};
    private static final int IDLE_SECONDS = 30;

    private GrowthTable() {}

    static void print(Bench bench) throws IOException, InterruptedException {
        bench.open(ACCOUNTS[ACCOUNTS.length - 1]);
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
            Path file = bench.accounts(accounts);
            String location = "--spring.config.additional-location=file:" + file;
            try (ServerProcess server = start(bench, location)) {
                double first = seconds(server, 0);
                double all = seconds(server, accounts - 1);
                TimeUnit.SECONDS.sleep(5);
                double idle = idle(server);
                double heap = server.liveHeap(bench.image().javaHome());
                double peak = server.peakMemory();
                double calm;
                try (ServerProcess unwatched = ServerProcess.start(
                        "wxtoken unwatched",
                        bench.image().server(bench.arguments(1, location, "--wxtoken.refresh.watchdog=0s")),
                        bench.image().directory(),
                        bench.port(1))) {
                    seconds(unwatched, accounts - 1);
                    TimeUnit.SECONDS.sleep(5);
                    calm = idle(unwatched);
                }
                if (accounts == 1) {
                    one = heap;
                }
                table.add(
                        accounts,
                        first,
                        all,
                        (all - first) * 1000 / accounts,
                        heap,
                        accounts == 1 ? "" : (heap - one) * 1000 / (accounts - 1),
                        peak,
                        idle,
                        idle * 1000 / accounts,
                        calm);
            }
        }
        table.print();
    }

    private static ServerProcess start(Bench bench, String location) throws IOException {
        return ServerProcess.start(
                "wxtoken",
                bench.image().server(bench.arguments(0, location)),
                bench.image().directory(),
                bench.port(0));
    }

    private static double seconds(ServerProcess server, int account) throws IOException, InterruptedException {
        String get = Exchange.request("GET", "/token?appid=" + Bench.appid(account), "", Bench.KEY);
        return server.awaitAnswer(get).toNanos() / 1e9;
    }

    private static double idle(ServerProcess server) throws InterruptedException {
        double before = server.cpu();
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        return (server.cpu() - before) * 100 / IDLE_SECONDS;
    }
}
