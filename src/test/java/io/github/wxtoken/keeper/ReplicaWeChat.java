package io.github.wxtoken.keeper;

import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Platform;
import io.github.wxtoken.simulator.Reply;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One replica's connection to WeChat, with faults of the calls and of the replica during them. For a single thread. */
final class ReplicaWeChat implements TokenSource {

    static final String APPID = "wx0123456789abcdef";
    static final String SECRET = "0123456789abcdef0123456789abcdef";
    static final TokenKey KEY = TokenKey.accessToken(APPID);

    /** How long a client waits for an answer. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    /** How long a server keeps an idle connection open; most servers close it sooner. */
    private static final Duration KEPT_OPEN = Duration.ofMinutes(2);

    private final ManualScheduler time;
    private final ReplicaTimer timer;
    private final Platform platform;
    private final Random random;
    private final Faults faults;
    private final Replica.Observer observer;
    private final Runnable kill;
    private final @Nullable Rule missing;
    private final BooleanSupplier overtaken;

    ReplicaWeChat(
            ManualScheduler time,
            ReplicaTimer timer,
            Platform platform,
            Random random,
            Faults faults,
            Replica.Observer observer,
            Runnable kill,
            @Nullable Rule missing,
            BooleanSupplier overtaken) {
        this.time = time;
        this.timer = timer;
        this.platform = platform;
        this.random = random;
        this.faults = faults;
        this.observer = observer;
        this.kill = kill;
        this.missing = missing;
        this.overtaken = overtaken;
    }

    @Override
    public CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend) {
        CompletableFuture<Fetched> answer = new CompletableFuture<>();
        observer.fetching();
        int kinds = Fault.values().length - (faults.atTheWire() ? 1 : 2);
        Fault fault = random.nextDouble() < faults.share() ? Fault.values()[1 + random.nextInt(kinds)] : Fault.NONE;
        if (fault == Fault.PAUSED_BEFORE) {
            timer.pause(pause());
        } else if (fault == Fault.KILLED_BEFORE) {
            kill.run();
        }
        timer.schedule(() -> send(maySend, fault, answer), 1 + random.nextInt(100), TimeUnit.MILLISECONDS);
        return answer;
    }

    private void send(BooleanSupplier maySend, Fault fault, CompletableFuture<Fetched> answer) {
        boolean may = maySend.getAsBoolean() || missing == Rule.AGE_CHECK;
        if (!may || fault == Fault.NOT_SENT) {
            fail(answer, CallOutcome.NOT_SENT, 0);
            return;
        }
        if (fault == Fault.PAUSED_AT) {
            // The pause falls between the last check and the wire, so the request is late despite the check.
            Instant from = time.instant();
            timer.pause(pause());
            timer.execute(() -> {
                if (time.instant().isBefore(from.plus(KEPT_OPEN))) {
                    wire(fault, answer);
                } else {
                    loseAnswer(answer);
                }
            });
        } else {
            wire(fault, answer);
        }
    }

    /** Sends the request. From here on it arrives even if the replica is paused or killed. */
    private void wire(Fault fault, CompletableFuture<Fetched> answer) {
        if (fault == Fault.PAUSED_AFTER) {
            timer.pause(pause());
        } else if (fault == Fault.KILLED_AFTER) {
            kill.run();
        }
        time.schedule(() -> arrive(fault, answer), 1 + random.nextInt(100), TimeUnit.MILLISECONDS);
    }

    private void arrive(Fault fault, CompletableFuture<Fetched> answer) {
        if (fault == Fault.REFUSED) {
            back(() -> fail(answer, CallOutcome.REFUSED, -1));
        } else if (fault == Fault.LOST_UNMINTED) {
            loseAnswer(answer);
        } else if (platform.mint(APPID, SECRET, "127.0.0.1") instanceof Reply.Granted granted) {
            observer.minted();
            if (fault == Fault.LOST) {
                loseAnswer(answer);
            } else {
                back(() -> succeed(answer, granted));
            }
        } else {
            back(() -> fail(answer, CallOutcome.REFUSED, Errcode.DAILY_QUOTA_REACHED.code()));
        }
    }

    /** Loses the answer through a connection reset or a timeout. */
    private void loseAnswer(CompletableFuture<Fetched> answer) {
        long after = random.nextBoolean() ? 100 : CALL_TIMEOUT.toMillis();
        CallOutcome outcome = missing == Rule.LOST_ANSWER ? CallOutcome.REFUSED : CallOutcome.UNKNOWN;
        timer.schedule(() -> fail(answer, outcome, 0), after, TimeUnit.MILLISECONDS);
    }

    private void back(Runnable answer) {
        timer.schedule(answer, 1 + random.nextInt(100), TimeUnit.MILLISECONDS);
    }

    private void succeed(CompletableFuture<Fetched> answer, Reply.Granted granted) {
        if (missing == Rule.LATE_COMMIT && overtaken.getAsBoolean()) {
            fail(answer, CallOutcome.REFUSED, -1);
        } else {
            answer.complete(new Fetched(granted.accessToken(), Long.valueOf(granted.expiresIn())));
        }
    }

    private static void fail(CompletableFuture<Fetched> answer, CallOutcome outcome, int errcode) {
        answer.completeExceptionally(
                new TokenSourceException(Advice.RETRY_SOON, outcome, errcode, "trouble", null, null));
    }

    @Override
    public CompletionStage<Verdict> probe(TokenKey key, String value) {
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        if (random.nextDouble() < faults.share()) {
            timer.schedule(
                    () -> answer.complete(Verdict.INCONCLUSIVE), 1 + random.nextInt(10_000), TimeUnit.MILLISECONDS);
            return answer;
        }
        time.schedule(
                () -> {
                    Errcode verdict = platform.check(value);
                    if (verdict == Errcode.OK) {
                        observer.accepted(value);
                    }
                    back(() -> answer.complete(
                            switch (verdict) {
                                case OK -> Verdict.ALIVE;
                                case ACCESS_TOKEN_EXPIRED -> Verdict.EXPIRED;
                                default -> Verdict.SUPERSEDED;
                            }));
                },
                1 + random.nextInt(100),
                TimeUnit.MILLISECONDS);
        return answer;
    }

    /** Draws a pause: mostly up to 90 seconds, one in four up to the longest. */
    private Duration pause() {
        return Duration.ofMillis(random.nextInt(
                random.nextInt(4) == 0 ? (int) faults.longestPause().toMillis() : 90_000));
    }

    /** A fault of one fetch. */
    private enum Fault {
        NONE,
        NOT_SENT,
        REFUSED,
        LOST,
        LOST_UNMINTED,
        PAUSED_BEFORE,
        PAUSED_AFTER,
        KILLED_BEFORE,
        KILLED_AFTER,
        /** Must be last: only some {@link Faults} include it. */
        PAUSED_AT
    }
}
