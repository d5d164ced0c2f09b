package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures relayed calls: their throughput and latency beside nginx as a reverse proxy of the same upstream and beside
 * that upstream itself, the latency of {@code GET /token} while calls hang, and the memory that uploads take.
 */
final class RelayTable {

    private static final int WARM_UP_SECONDS = 12;
    private static final int ROUNDS = 7;
    private static final int ROUND_SECONDS = 3;
    private static final int ALONE_SECONDS = 1;

    /** Longer than a connection counts as fresh. */
    private static final long PAUSE_MILLIS = 150;

    private static final int PAUSED_CALLS = 10;
    private static final String BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

    private RelayTable() {}

    static void print(Bench bench) throws Exception {
        try (RelayBench relay = new RelayBench(bench)) {
            try (ServerProcess nginx = relay.nginx()) {
                print(relay, nginx, small(relay));
                print(relay, nginx, large(relay, 1_000_000));
                // Too large to be repeated, so it is not spooled.
                print(relay, nginx, large(relay, 1_100_000));
            }
            RelayHanging.print(relay);
        }
        // In a fresh process.
        try (RelayBench relay = new RelayBench(bench)) {
            RelayUploads.print(relay);
        }
    }

    private static void print(RelayBench relay, ServerProcess nginx, Payload payload) throws Exception {
        String query = RelayUpstream.FAST + "?access_token=" + relay.relayToken();
        List<Subject> subjects = List.of(
                new Subject("nginx proxy_pass", relay, payload, nginx, query),
                new Subject("upstream directly", relay, payload, relay.upstream(), query),
                new Subject("relay", relay, payload, relay.server(), "/relay" + query));
        for (Subject subject : subjects) {
            subject.warmUp();
        }
        List<List<Round>> rounds = Rounds.of(ROUNDS, subjects, Subject::round);
        Table table = new Table(
                payload.title,
                "",
                "requests/s",
                "of nginx (range)",
                "p50 ms",
                "p99 ms",
                "CPU µs per request",
                "alone p50 ms",
                "more than upstream (range)",
                "alone p99 ms",
                "after a pause p50 ms");
        List<Double> reference = Rounds.figures(rounds.get(0), round -> round.wrk.perSecond());
        List<Double> direct = Rounds.figures(rounds.get(1), round -> round.alone.p50Millis());
        for (int i = 0; i < subjects.size(); i++) {
            List<Round> those = rounds.get(i);
            List<Double> rates = Rounds.figures(those, round -> round.wrk.perSecond());
            List<Double> alone = Rounds.figures(those, round -> round.alone.p50Millis());
            table.add(
                    subjects.get(i).name,
                    Table.median(rates),
                    Table.medianRatio(rates, reference),
                    Table.median(Rounds.figures(those, round -> round.wrk.p50Millis())),
                    Table.median(Rounds.figures(those, round -> round.wrk.p99Millis())),
                    Table.median(Rounds.figures(those, Round::cpuMicros)),
                    Table.median(alone),
                    Table.medianDifference(alone, direct),
                    Table.median(Rounds.figures(those, round -> round.alone.p99Millis())),
                    Table.median(Rounds.figures(those, Round::pausedMillis)));
        }
        table.print();
    }

    /** Returns a template message of 300 bytes. */
    private static Payload small(RelayBench relay) throws IOException {
        String begin =
                "{\"touser\":\"oABCD-1234567890abcdefghijk\",\"template_id\":\"t\",\"data\":{\"first\":{\"value\":\"";
        String end = "\"}}}";
        String body = begin + "x".repeat(300 - begin.length() - end.length()) + end;
        return new Payload("Relayed calls: a POST of 300 bytes", 32, 100_000, "application/json", body, relay);
    }

    private static Payload large(RelayBench relay, int length) throws IOException {
        String begin = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n";
        String end = "\r\n--" + BOUNDARY + "--\r\n";
        String body = begin + "x".repeat(length - begin.length() - end.length()) + end;
        return new Payload(
                "Relayed calls: an upload of " + length + " bytes",
                8,
                3_000,
                "multipart/form-data; boundary=" + BOUNDARY,
                body,
                relay);
    }

    /** A request body with the number of connections that send it. */
    private static final class Payload {
        private final String title;
        private final int connections;
        private final int warmUpCalls;
        private final String type;
        private final String body;
        private final Path script;

        Payload(String title, int connections, int warmUpCalls, String type, String body, RelayBench relay)
                throws IOException {
            this.title = title;
            this.connections = connections;
            this.warmUpCalls = warmUpCalls;
            this.type = type;
            this.body = body;
            Path file = Files.writeString(relay.directory().resolve("payload"), body);
            this.script = Files.writeString(
                    relay.directory().resolve("payload.lua"),
                    """
                    local file = assert(io.open("%s", "rb"))
                    wrk.method = "POST"
                    wrk.headers["Content-Type"] = "%s"
                    wrk.body = file:read("*a")
                    file:close()
                    """
                            .formatted(file, type));
        }

        /** Returns the request in its wire format. */
        byte[] request(String path) {
            return (Exchange.head("POST", path, type, body.length()) + body).getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** A way to the upstream. */
    private static final class Subject {
        private final String name;
        private final RelayBench relay;
        private final Payload payload;
        private final ServerProcess server;
        private final String path;

        Subject(String name, RelayBench relay, Payload payload, ServerProcess server, String path) {
            this.name = name;
            this.relay = relay;
            this.payload = payload;
            this.server = server;
            this.path = path;
        }

        Round round() throws InterruptedException, IOException {
            double before = server.cpu();
            Wrk wrk = load(ROUND_SECONDS, payload.connections);
            double cpu = (server.cpu() - before) * 1e6 / wrk.requests();
            return new Round(wrk, cpu, load(ALONE_SECONDS, 1), paused());
        }

        /** Puts a load on the server until its code is compiled, which takes calls rather than time. */
        void warmUp() throws InterruptedException {
            for (long calls = 0; calls < payload.warmUpCalls; ) {
                calls += load(WARM_UP_SECONDS, payload.connections).requests();
            }
        }

        /** Puts a load on the server; each answer must come from the upstream, which has read the whole body. */
        private Wrk load(int seconds, int connections) throws InterruptedException {
            RelayBench.Counters before = relay.counters();
            Wrk wrk = Wrk.load(server, path, seconds, connections, "-s", payload.script.toString(), "--timeout", "30s");
            RelayBench.Counters after = relay.counters();
            long calls = after.calls() - before.calls();
            // Calls at the beginning and at the end of a load are counted on one side only.
            if (Math.abs(calls - wrk.requests()) > 2L * payload.connections
                    || after.bytes() - before.bytes() != calls * payload.body.length()) {
                throw new Unable(
                        wrk.requests() + " calls by way of " + name + " were answered, but the upstream has got "
                                + calls + " and " + (after.bytes() - before.bytes()) + " bytes.");
            }
            return wrk;
        }

        /** Returns the median time of calls with pauses between them. */
        private double paused() throws InterruptedException, IOException {
            byte[] request = payload.request(path);
            List<Double> times = new ArrayList<>();
            try (SocketChannel socket = server.connect()) {
                for (int i = 0; i < PAUSED_CALLS; i++) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                    long start = System.nanoTime();
                    Exchange answer = Exchange.of(socket, request);
                    times.add((System.nanoTime() - start) / 1e6);
                    if (answer.status() != 200) {
                        throw server.failure(name + " answered " + answer.status() + ".");
                    }
                }
            }
            return Table.median(times);
        }
    }

    private record Round(Wrk wrk, double cpuMicros, Wrk alone, double pausedMillis) {}
}
