package io.github.wxtoken.benchmark;

import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Journal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** Measures the duration of a storm of reports of one dead token, beside a storm of plain reads. */
final class StormTable {

    /** The number of connections. */
    static final int CALLERS = 10_000;

    private static final int ROUNDS = 7;
    private static final int WARM_UP = 3;

    /** A full storm is too much for a server that has just started: a report waits for WeChat for only 3 s. */
    private static final Duration WARM_UP_SPREAD = Duration.ofSeconds(10);

    private static final Duration UPSTREAM = Duration.ofMillis(50);

    /** A token that has just been fetched is trusted for some seconds. */
    private static final long PAUSE_SECONDS = 12;

    private StormTable() {}

    static void print(Bench bench) throws IOException, InterruptedException {
        Table table = new Table(
                "A storm of " + CALLERS + " reports of one dead token",
                "round",
                "probes",
                "mints",
                "reads, the last answered after ms",
                "reports, the last answered after ms",
                "of it upstream ms",
                "without upstream, of the reads");
        bench.wechat().faults().slowness(UPSTREAM).always(Fault.SLOW_ANSWER);
        try (ServerProcess server = bench.server(0);
                RequestBurst burst = new RequestBurst(server, CALLERS)) {
            List<Double> ratios = new ArrayList<>();
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
                // The second storm benefits from a warmer server, so the order alternates.
                boolean readsFirst = (round + WARM_UP) % 2 == 0;
                double reads = readsFirst ? reads(burst) : 0;
                Reports reports = reports(bench, server, burst, round < 0 ? WARM_UP_SPREAD : Duration.ZERO);
                reads = readsFirst ? reads : reads(burst);
                if (round >= 0) {
                    ratios.add((reports.millis - reports.upstreamMillis()) / reads);
                    table.add(
                            round + 1,
                            reports.probes,
                            reports.mints,
                            reads,
                            reports.millis,
                            reports.upstreamMillis(),
                            ratios.get(round));
                }
            }
            table.add("median", "", "", "", "", "", Table.median(ratios));
        } finally {
            bench.wechat().faults().clear();
        }
        table.print();
    }

    private static double reads(RequestBurst burst) throws IOException {
        return millis(burst.ask(Bench.GET, 200));
    }

    private static Reports reports(Bench bench, ServerProcess server, RequestBurst burst, Duration spread)
            throws IOException {
        Account account = bench.wechat().account(Bench.APPID);
        Journal journal = bench.wechat().journal();
        String token = JsonMapper.shared()
                .readTree(server.ask(Bench.GET).body())
                .path("access_token")
                .asString();
        String report = Exchange.request("POST", "/token/refresh", "{\"access_token\":\"" + token + "\"}", Bench.KEY);
        int probes = journal.probes(Bench.APPID);
        int attempts = journal.attempts(Bench.APPID);
        int mints = journal.mints(Bench.APPID);
        account.kill();
        double millis = millis(burst.ask(report, 200, spread));
        Reports reports = new Reports(
                millis,
                journal.probes(Bench.APPID) - probes,
                journal.attempts(Bench.APPID) - attempts,
                journal.mints(Bench.APPID) - mints);
        if (reports.mints != 1) {
            throw new Unable(CALLERS + " reports of one dead token made WeChat mint " + reports.mints
                    + " tokens, not 1, so there is nothing to compare.");
        }
        return reports;
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    /**
     * A storm of reports and the WeChat calls that it caused. The server first probes the token and then fetches
     * another. The probes may include one of the watchdog.
     */
    private record Reports(double millis, int probes, int attempts, int mints) {

        double upstreamMillis() {
            return (probes + attempts) * StormTable.millis(UPSTREAM);
        }
    }
}
