package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Measures {@code GET /token} while relayed calls hang at WeChat, and without them, in turn. */
final class RelayHanging {

    private static final int ROUNDS = 7;
    private static final int ROUND_SECONDS = 3;
    private static final int WARM_UP_SECONDS = 12;

    private RelayHanging() {}

    static void print(RelayBench relay) throws Exception {
        // As many as the relay accepts on platform threads.
        int calls = Bench.virtualThreads() ? 500 : 64;
        Wrk.load(relay.server(), "/token", WARM_UP_SECONDS);
        List<List<Wrk>> rounds = Rounds.of(ROUNDS, List.of(0, calls), hanging -> measure(relay, hanging));
        Table table = new Table(
                "GET /token while relayed calls hang",
                "hanging calls",
                "requests/s",
                "of those without (range)",
                "p50 ms",
                "p99 ms",
                "of that without (range)");
        List<Double> rates = Rounds.figures(rounds.get(0), Wrk::perSecond);
        List<Double> p99s = Rounds.figures(rounds.get(0), Wrk::p99Millis);
        for (int i = 0; i < 2; i++) {
            List<Wrk> those = rounds.get(i);
            table.add(
                    i == 0 ? 0 : calls,
                    Table.median(Rounds.figures(those, Wrk::perSecond)),
                    Table.medianRatio(Rounds.figures(those, Wrk::perSecond), rates),
                    Table.median(Rounds.figures(those, Wrk::p50Millis)),
                    Table.median(Rounds.figures(those, Wrk::p99Millis)),
                    Table.medianRatio(Rounds.figures(those, Wrk::p99Millis), p99s));
        }
        table.print();
    }

    private static Wrk measure(RelayBench relay, int hanging) throws IOException, InterruptedException {
        List<SocketChannel> calls = new ArrayList<>();
        try {
            for (int i = 0; i < hanging; i++) {
                SocketChannel call = relay.server().connect();
                calls.add(call);
                String request = Exchange.request("POST", "/relay" + RelayUpstream.HANGING, "{}", RelayBench.key(i));
                call.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            }
            relay.awaitHeld(hanging);
            Wrk wrk = Wrk.load(relay.server(), "/token", ROUND_SECONDS);
            relay.awaitHeld(hanging);
            relay.release();
            for (SocketChannel call : calls) {
                Exchange answer = Exchange.answer(call);
                if (answer.status() != 200) {
                    throw relay.server().failure("A call that hung was answered with " + answer.status() + ".");
                }
            }
            return wrk;
        } finally {
            for (SocketChannel call : calls) {
                call.close();
            }
        }
    }
}
