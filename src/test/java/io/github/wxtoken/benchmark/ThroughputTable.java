package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The throughput of {@code GET /token}, beside the bare servlet that writes the same bytes. */
final class ThroughputTable {

    private static final int WARM_UP_SECONDS = 12;
    private static final int ROUNDS = 11;
    private static final int ROUND_SECONDS = 3;

    private ThroughputTable() {}

    static void print(Bench bench) throws IOException, InterruptedException {
        List<Subject> subjects = new ArrayList<>();
        try (ServerProcess server = bench.server(0);
                ServerProcess bare = bench.bareServlet(1, server)) {
            subjects.add(new Subject("bare servlet", bare, "/token"));
            subjects.add(new Subject("GET /token", server, "/token"));
            subjects.add(new Subject("GET /token?appid=", server, "/token?appid=" + Bench.APPID));
            // A parameter that changes nothing, but is more than the short way knows.
            subjects.add(new Subject("GET /token?wait=0, the usual way", server, "/token?wait=0"));
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

    private static void measure(List<Subject> subjects) throws IOException, InterruptedException {
        for (Subject subject : subjects) {
            subject.load(WARM_UP_SECONDS);
        }
        for (int i = 0; i < ROUNDS; i++) {
            for (Subject subject : subjects) {
                subject.rounds.add(subject.load(ROUND_SECONDS));
            }
        }
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
        List<Round> reference = subjects.get(0).rounds;
        for (Subject subject : subjects) {
            List<Round> own = subject.rounds;
            List<Double> ratios = new ArrayList<>();
            List<Double> p99s = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                ratios.add(own.get(i).wrk.perSecond() / reference.get(i).wrk.perSecond());
                p99s.add(own.get(i).wrk.p99Millis() / reference.get(i).wrk.p99Millis());
            }
            table.add(
                    subject.name,
                    median(own, round -> round.wrk.perSecond()),
                    Table.medianAndRange(ratios),
                    median(own, round -> round.wrk.p50Millis()),
                    median(own, round -> round.wrk.p99Millis()),
                    Table.median(p99s),
                    median(own, Round::cpuMicros),
                    subject.server.peakMemory());
        }
        table.print();
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Table.median(rounds.stream().mapToDouble(figure).boxed().toList());
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

    private record Subject(String name, ServerProcess server, String path, List<Round> rounds) {

        Subject(String name, ServerProcess server, String path) {
            this(name, server, path, new ArrayList<>());
        }

        Round load(int seconds) {
            try {
                double before = server.cpu();
                Wrk wrk = Wrk.load(server.url(path), seconds, Bench.KEY);
                return new Round(wrk, (server.cpu() - before) * 1e6 / wrk.requests());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Unable("interrupted");
            }
        }
    }

    private record Round(Wrk wrk, double cpuMicros) {}
}
