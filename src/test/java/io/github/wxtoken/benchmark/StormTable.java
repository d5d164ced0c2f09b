package io.github.wxtoken.benchmark;

import io.github.wxtoken.simulator.Fault;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** The time that a storm of reports takes, of one token that has died, beside a storm of plain reads. */
final class StormTable {

    private static final int CALLERS = 10_000;
    private static final int ROUNDS = 7;
    private static final int WARM_UP = 3;
    private static final Duration UPSTREAM = Duration.ofMillis(50);

    /** A report makes WeChat be asked whether the token is dead, and then for another. */
    private static final int UPSTREAM_CALLS = 2;

    /** A token that has just been fetched is believed for some seconds. */
    private static final long PAUSE_SECONDS = 12;

    private StormTable() {}

    static void print(Bench bench) throws IOException, InterruptedException {
        bench.wechat().faults().slowness(UPSTREAM).always(Fault.SLOW_ANSWER);
        Table table = new Table(
                "A storm of " + CALLERS + " reports of one dead token",
                "round",
                "mints",
                "reads, the last answered after ms",
                "reports, the last answered after ms",
                "of it upstream ms",
                "without upstream, of the reads");
        try (ServerProcess server = bench.server(0);
                Swarm swarm = new Swarm(server.address(), CALLERS)) {
            List<Double> ratios = new ArrayList<>();
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
                double reads = millis(swarm.ask(Bench.GET, 200));
                String report = Exchange.request(
                        "POST", "/token/refresh", "{\"access_token\":\"" + token(server) + "\"}", Bench.KEY);
                int before = bench.wechat().journal().mints(Bench.APPID);
                bench.wechat().account(Bench.APPID).kill();
                double reports = millis(swarm.ask(report, 200));
                int mints = bench.wechat().journal().mints(Bench.APPID) - before;
                double upstream = UPSTREAM_CALLS * millis(UPSTREAM);
                if (round >= 0) {
                    ratios.add((reports - upstream) / reads);
                    table.add(round + 1, mints, reads, reports, upstream, ratios.get(round));
                }
            }
            table.add("median", "", "", "", "", Table.median(ratios));
        } finally {
            bench.wechat().faults().clear();
        }
        table.print();
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    private static String token(ServerProcess server) throws IOException {
        try (SocketChannel socket = SocketChannel.open(server.address())) {
            return JsonMapper.shared()
                    .readTree(Exchange.of(socket, Bench.GET).body())
                    .path("access_token")
                    .asString();
        }
    }
}
