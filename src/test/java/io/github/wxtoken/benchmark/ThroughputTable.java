package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures the throughput of {@code GET /token}, beside the bare servlet that writes the same bytes. */
final class ThroughputTable {

    private static final int WARM_UP_SECONDS = 12;
    private static final int ROUNDS = 11;
    private static final int ROUND_SECONDS = 3;

    private ThroughputTable() {}

    static void print(Bench bench) throws Exception {
        List<Subject> subjects = new ArrayList<>();
        try (ServerProcess server = bench.server(0);
                ServerProcess bare = bench.bareServlet(1, server)) {
            subjects.add(new Subject("bare servlet", bare, "/token"));
            subjects.add(new Subject("GET /token", server, "/token"));
            subjects.add(new Subject("GET /token?appid=", server, "/token?appid=" + Bench.APPID));
            // The parameter changes nothing, but the fast path does not handle it.
            subjects.add(new Subject("GET /token?wait=0, normal path", server, "/token?wait=0"));
            Path nginx = Path.of("/usr/sbin/nginx");
            if (!Files.isExecutable(nginx)) {
                measure(subjects);
                return;
            }
            try (ServerProcess constant = nginx(bench, nginx)) {
                subjects.add(new Subject("nginx with a constant", constant, "/token"));
                measure(subjects);
            }
        }
    }

    private static void measure(List<Subject> subjects) throws Exception {
        Rounds.of(1, subjects, subject -> subject.load(WARM_UP_SECONDS));
        List<List<Round>> rounds = Rounds.of(ROUNDS, subjects, subject -> subject.load(ROUND_SECONDS));
        Table table = new Table(
                "GET /token with a key",
                "",
                "requests/s",
                "of the bare servlet (range)",
                "p50 ms",
                "p99 ms",
                "of the bare servlet",
                "CPU µs per request",
                "peak memory MB");
        List<Double> referenceRates = Rounds.figures(rounds.get(0), round -> round.wrk.perSecond());
        List<Double> referenceP99s = Rounds.figures(rounds.get(0), round -> round.wrk.p99Millis());
        for (int i = 0; i < subjects.size(); i++) {
            List<Double> rates = Rounds.figures(rounds.get(i), round -> round.wrk.perSecond());
            List<Double> p99s = Rounds.figures(rounds.get(i), round -> round.wrk.p99Millis());
            table.add(
                    subjects.get(i).name,
                    Table.median(rates),
                    Table.medianRatio(rates, referenceRates),
                    Table.median(Rounds.figures(rounds.get(i), round -> round.wrk.p50Millis())),
                    Table.median(p99s),
                    Table.median(Table.ratios(p99s, referenceP99s)),
                    Table.median(Rounds.figures(rounds.get(i), Round::cpuMicros)),
                    subjects.get(i).server.peakMemory());
        }
        table.print();
    }

    private static ServerProcess nginx(Bench bench, Path binary) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(bench.image().directory().resolve("nginx"));
        String body = Files.readString(bench.image().directory().resolve("body.json"));
        Path configuration = Files.writeString(
                directory.resolve("nginx.conf"),
                """
                daemon off; master_process off; pid nginx.pid; error_log stderr;
                events { worker_connections 1024; }
                http {
                    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp;
                    scgi_temp_path tmp;
                    access_log off; keepalive_requests 1000000000; server_tokens off;
                    server {
                        listen 127.0.0.1:%d;
                        location = /token {
                            default_type application/json;
                            add_header Cache-Control no-store;
                            return 200 '%s';
                        }
                    }
                }
                """
                        .formatted(bench.port(2), body));
        ServerProcess nginx = ServerProcess.start(
                "nginx",
                List.of(binary.toString(), "-p", directory.toString(), "-c", configuration.toString()),
                directory,
                bench.port(2));
        nginx.awaitAnswer(Bench.GET);
        return nginx;
    }

    private record Subject(String name, ServerProcess server, String path) {

        Round load(int seconds) throws InterruptedException {
            double before = server.cpu();
            Wrk wrk = Wrk.load(server, path, seconds);
            return new Round(wrk, (server.cpu() - before) * 1e6 / wrk.requests());
        }
    }

    private record Round(Wrk wrk, double cpuMicros) {}
}
