package io.github.wxtoken.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures the memory of large uploads. The upstream stops reading all of them in the middle, while their senders go on
 * as far as they can, so a relay that buffered bodies would have to hold the rest.
 */
final class RelayUploads {

    private static final int UPLOADS = 64;
    private static final int ROUNDS = 3;
    private static final int LENGTH = 32 * 1024 * 1024;
    private static final int SMALL = 64 * 1024;

    private RelayUploads() {}

    static void print(RelayBench relay) throws Exception {
        // The code and the connections.
        upload(relay, SMALL, () -> {});
        Table table = new Table(
                UPLOADS + " uploads of " + LENGTH / 1024 / 1024 + " MB at once",
                "round",
                "",
                "live heap MB",
                "resident MB",
                "peak resident MB",
                "sent MB",
                "of it not read by the upstream MB");
        for (int round = 1; round <= ROUNDS; round++) {
            row(table, round, "before", relay, "", "");
            int number = round;
            LongAdder sent = new LongAdder();
            upload(relay, LENGTH, sent, () -> {
                double megabytes = awaitStandstill(sent) / 1e6;
                row(table, number, "all half way", relay, megabytes, megabytes - UPLOADS * (LENGTH / 2) / 1e6);
            });
            row(table, round, "after", relay, sent.sum() / 1e6, "");
        }
        table.print();
    }

    private static void row(Table table, int round, String when, RelayBench relay, Object sent, Object unread)
            throws InterruptedException {
        // Counting the live heap collects the rest, so this is read before.
        double resident = relay.server().memory();
        table.add(
                round,
                when,
                relay.server().liveHeap(relay.javaHome()),
                resident,
                relay.server().peakMemory(),
                sent,
                unread);
    }

    private static long awaitStandstill(LongAdder sent) throws InterruptedException {
        long before = -1;
        long now = sent.sum();
        while (now != before) {
            TimeUnit.SECONDS.sleep(1);
            before = now;
            now = sent.sum();
        }
        return now;
    }

    private static void upload(RelayBench relay, int length, HalfWay halfWay) throws Exception {
        upload(relay, length, new LongAdder(), halfWay);
    }

    private static void upload(RelayBench relay, int length, LongAdder sent, HalfWay halfWay) throws Exception {
        RelayBench.Counters before = relay.counters();
        ExecutorService threads = Executors.newFixedThreadPool(UPLOADS);
        try {
            List<Future<?>> uploads = new ArrayList<>();
            for (int i = 0; i < UPLOADS; i++) {
                String key = RelayBench.key(i);
                uploads.add(threads.submit(() -> {
                    send(relay, key, length, sent);
                    return null;
                }));
            }
            while (relay.counters().held() != UPLOADS) {
                for (Future<?> upload : uploads) {
                    if (upload.isDone()) {
                        upload.get();
                        throw relay.server().failure("An upload has ended before its time.");
                    }
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            halfWay.run();
            relay.release();
            for (Future<?> upload : uploads) {
                upload.get();
            }
        } catch (ExecutionException e) {
            throw relay.server().failure("An upload failed: " + e.getCause());
        } finally {
            threads.shutdownNow();
        }
        RelayBench.Counters after = relay.counters();
        if (after.calls() - before.calls() != UPLOADS || after.bytes() - before.bytes() != (long) UPLOADS * length) {
            throw new Unable("The upstream has got " + (after.calls() - before.calls()) + " uploads with "
                    + (after.bytes() - before.bytes()) + " bytes.");
        }
    }

    private static void send(RelayBench relay, String key, int length, LongAdder sent) throws IOException {
        try (SocketChannel socket = relay.server().connect()) {
            String head = Exchange.head(
                    "POST", "/relay" + RelayUpstream.HALFWAY, "multipart/form-data; boundary=x", length, key);
            socket.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            write(socket, length, sent);
            Exchange answer = Exchange.answer(socket);
            if (answer.status() != 200) {
                throw new IOException("status " + answer.status() + ": " + answer.body());
            }
        }
    }

    private static void write(SocketChannel socket, int length, LongAdder sent) throws IOException {
        ByteBuffer part = ByteBuffer.allocateDirect(SMALL);
        int left = length;
        try {
            while (left > 0) {
                int written = socket.write(part.clear().limit(Math.min(left, SMALL)));
                sent.add(written);
                left -= written;
            }
        } catch (IOException e) {
            throw new IOException("the connection broke " + left + " bytes before the end of the body", e);
        }
    }

    /** What is done while all uploads are half way. */
    private interface HalfWay {
        void run() throws Exception;
    }
}
