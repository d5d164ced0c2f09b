package io.github.wxtoken.redis;

import io.github.wxtoken.simulator.TokenLife;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A steady load of {@code GET /token} on several replicas that records all answers. Thread-safe. */
final class Load implements AutoCloseable {

    private static final int CALLERS_EACH = 2;
    private static final int PAUSE_MILLIS = 20;

    /** Cheaper than a JSON parser, as the servers run on the same machine. */
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");

    private final WeChatSimulator wechat;
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService callers;

    /** Starts the load. */
    Load(WeChatSimulator wechat, List<ReplicaProcess> replicas) {
        this.wechat = wechat;
        this.callers = Executors.newScheduledThreadPool(CALLERS_EACH * replicas.size());
        for (ReplicaProcess replica : replicas) {
            for (int i = 0; i < CALLERS_EACH; i++) {
                callers.scheduleWithFixedDelay(() -> ask(replica), i * 10L, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void ask(ReplicaProcess replica) {
        // Waits for a replica that is still starting.
        replica.url();
        Instant asked = Instant.now();
        try {
            HttpResponse<String> answer = replica.get("/token");
            Matcher token = TOKEN.matcher(answer.body());
            String value = answer.statusCode() == 200 && token.find() ? token.group(1) : null;
            samples.add(new Sample(replica, asked, Instant.now(), answer.statusCode(), value));
        } catch (IOException | RuntimeException e) {
            samples.add(new Sample(replica, asked, Instant.now(), 0, null));
        }
    }

    /** Returns the number of answers with a token so far. */
    long served() {
        return samples.stream().filter(sample -> sample.token != null).count();
    }

    /** Returns the longest time that a replica took to answer with a token. */
    Duration longestWait(ReplicaProcess replica) {
        return samples.stream()
                .filter(sample -> sample.replica == replica && sample.token != null)
                .map(sample -> Duration.between(sample.asked, sample.answered))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Returns the requests to a replica that were not answered with a token. */
    List<Sample> unserved(ReplicaProcess replica) {
        return samples.stream()
                .filter(sample -> sample.replica == replica && sample.token == null)
                .toList();
    }

    /** Returns the dead tokens that were served, each with the time since its death when it was requested. */
    List<Dead> dead() {
        return samples.stream().map(this::dead).filter(dead -> dead != null).toList();
    }

    private @Nullable Dead dead(Sample sample) {
        if (sample.token == null) {
            return null;
        }
        TokenLife life = wechat.platform().life(sample.token).orElseThrow();
        // It was served at some time between request and answer.
        boolean alive = life.diesAt().isAfter(sample.asked) && !life.issuedAt().isAfter(sample.answered);
        return alive ? null : new Dead(sample.replica, sample.asked, Duration.between(life.diesAt(), sample.asked));
    }

    /** Ends the load once the pending requests are answered. */
    @Override
    public void close() {
        callers.shutdown();
        try {
            if (!callers.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new AssertionError("a question without an end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            callers.shutdownNow();
        }
    }

    /** A request and its answer; the status is 0 if there was none. */
    record Sample(ReplicaProcess replica, Instant asked, Instant answered, int status, @Nullable String token) {
        @Override
        public String toString() {
            return replica + " " + status + " at " + asked;
        }
    }

    /** A dead token that was served. {@code since} is the time since its death at the request. */
    record Dead(ReplicaProcess replica, Instant asked, Duration since) {}
}
