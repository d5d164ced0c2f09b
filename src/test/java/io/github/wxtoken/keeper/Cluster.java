package io.github.wxtoken.keeper;

import io.github.wxtoken.simulator.Platform;
import io.github.wxtoken.token.ServedToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A simulation of three replicas that share one classic account through a store.
 *
 * <p>A seed determines all faults. A simulated day takes a fraction of a second: while the cluster is calm, time leaps.
 * For a single thread.
 */
final class Cluster implements Replica.Observer {

    private static final int REPLICAS = 3;

    /** How long after WeChat accepted a token a replica may serve it in good faith. */
    private static final Duration WORD = Duration.ofSeconds(10);

    /** After this long without an event, earlier events have no further effect. */
    private static final Duration CALM = Duration.ofMinutes(11);

    private static final Duration LEAP = Duration.ofSeconds(15);

    private final ManualScheduler time = new ManualScheduler(Instant.parse("2026-11-22T15:00:00Z"));
    private final Random random;
    private final Faults faults;
    private final @Nullable Rule missing;
    private final Platform platform;
    private final ModelStore store = new ModelStore(time);
    private final List<Replica> replicas = new ArrayList<>();
    private final Map<String, Instant> accepted = new HashMap<>();
    private final Map<Long, String> versions = new HashMap<>();
    private final Result result = new Result();
    private Instant eventAt = time.instant();
    private Instant sampledAt = time.instant();

    Cluster(long seed, Faults faults, @Nullable Rule missing) {
        this.random = new Random(seed);
        this.faults = faults;
        this.missing = missing;
        this.platform = new Platform(time, random.nextLong());
        platform.account(ReplicaWeChat.APPID, ReplicaWeChat.SECRET);
        for (int i = 0; i < REPLICAS; i++) {
            // The replicas' clocks differ by up to ten minutes.
            Duration skew = Duration.ofMillis(random.nextInt(600_000) - 300_000L);
            replicas.add(new Replica("replica " + i, skew, time, random, faults, missing, store, platform, this));
        }
    }

    /** Runs the simulation for a length of time and returns the result. */
    Result run(Duration length) {
        replicas.forEach(Replica::start);
        Instant end = time.instant().plus(length);
        time.scheduleWithFixedDelay(this::sample, 1, 1, TimeUnit.SECONDS);
        disturbLater();
        while (time.instant().isBefore(end)) {
            if (isCalm()) {
                agree();
                time.jump(LEAP);
                time.pass(Duration.ofSeconds(2));
            } else {
                time.pass(Duration.ofSeconds(1));
            }
        }
        result.seconds = length.toSeconds();
        return result;
    }

    /** Returns whether all replicas are well and no known event is due soon. */
    private boolean isCalm() {
        return !time.instant().isBefore(eventAt.plus(CALM)) && replicas.stream().allMatch(Replica::isCalm);
    }

    /** Asserts that all replicas of a calm cluster know the same version. */
    private void agree() {
        if (missing == null
                && replicas.stream()
                                .map(replica -> replica.version())
                                .distinct()
                                .count()
                        != 1) {
            throw new AssertionError("the replicas do not agree");
        }
    }

    private void sample() {
        Instant now = time.instant();
        long weight = Math.max(1, Duration.between(sampledAt, now).toSeconds());
        sampledAt = now;
        boolean dead = false;
        boolean onWord = false;
        for (Replica replica : replicas) {
            if (!replica.runs()) {
                continue;
            }
            result.running += weight;
            ServedToken served = replica.served();
            if (served == null) {
                result.unserved += weight;
                continue;
            }
            String value = served.token().value();
            String known = versions.putIfAbsent(served.version(), value);
            if (missing == null && known != null && !known.equals(value)) {
                throw new AssertionError("two tokens of one version");
            }
            if (!platform.wasAlive(value, now)) {
                Instant word = accepted.getOrDefault(value, Instant.MIN);
                boolean inGoodFaith = now.isBefore(word.plus(WORD));
                onWord |= inGoodFaith;
                dead |= !inGoodFaith;
            }
        }
        result.dead += dead ? weight : 0;
        result.onWord += onWord ? weight : 0;
    }

    private void disturbLater() {
        // At 25 %, about one in four refreshes meets a disturbance of this kind.
        double every = faults.share() == 0 ? 1e12 : 6600 / faults.share();
        long delay = (long) (-Math.log(1 - random.nextDouble()) * every);
        time.schedule(
                () -> {
                    disturb();
                    disturbLater();
                },
                delay,
                TimeUnit.SECONDS);
    }

    private void disturbWithin(Duration most) {
        if (random.nextDouble() < faults.share()) {
            time.schedule(this::disturb, random.nextInt((int) most.toMillis()), TimeUnit.MILLISECONDS);
        }
    }

    private void disturb() {
        event();
        Replica replica = replicas.get(random.nextInt(REPLICAS));
        int which = random.nextInt(6);
        switch (which) {
            case 0 -> replica.cut(upTo(random.nextInt(4) == 0 ? 600 : 60));
            case 1 -> {
                Duration length = upTo(random.nextInt(4) == 0 ? 1200 : 60);
                replicas.forEach(each -> each.cut(length));
            }
            case 2 -> store.flush();
            case 3 -> {
                // A failover is detected and decided within seconds; until then the store is unreachable.
                store.failOver(Duration.ofMillis(random.nextInt(1000) - 500L));
                Duration away = upTo(20);
                replicas.forEach(each -> each.cut(away));
            }
            case 4 -> replica.pause(upTo(random.nextInt(4) == 0 ? 600 : 60));
            default -> replica.kill();
        }
    }

    private Duration upTo(int seconds) {
        return Duration.ofMillis(random.nextInt(1000 * seconds) + 1L);
    }

    @Override
    public void event() {
        eventAt = time.instant();
    }

    @Override
    public void fetching() {
        event();
        disturbWithin(Duration.ofSeconds(3));
    }

    @Override
    public void minted() {
        event();
        result.mints++;
        disturbWithin(Duration.ofSeconds(2));
    }

    @Override
    public void accepted(String value) {
        accepted.put(value, time.instant());
    }

    /** The result of a simulation: seconds, except for the number of mints. */
    static final class Result {
        /** Seconds in which a replica served a dead token that WeChat had not accepted in the ten seconds before. */
        long dead;

        /** Seconds in which a replica served a dead token that WeChat had accepted in the ten seconds before. */
        long onWord;

        /** Running time, summed over all replicas. */
        long running;

        /** Running time without a token to serve, summed over all replicas. */
        long unserved;

        long seconds;
        long mints;

        Result add(Result other) {
            dead += other.dead;
            onWord += other.onWord;
            running += other.running;
            unserved += other.unserved;
            seconds += other.seconds;
            mints += other.mints;
            return this;
        }

        double days() {
            return seconds / 86_400.0;
        }
    }
}
