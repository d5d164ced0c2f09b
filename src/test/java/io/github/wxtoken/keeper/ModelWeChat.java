package io.github.wxtoken.keeper;

import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Platform;
import io.github.wxtoken.simulator.Reply;
import io.github.wxtoken.token.Api;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A model of WeChat behind an unreliable network, for simulations in one thread: the simulator's platform with delays
 * and faults drawn from a seed. It reports what the caller can observe to a {@link Witness}.
 */
final class ModelWeChat implements TokenSource {

    static final String APPID = "wx0123456789abcdef";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final List<Errcode> ODD_REFUSALS = List.of(Errcode.IP_NOT_IN_WHITELIST, Errcode.INVALID_APPSECRET);

    final Platform platform;
    final Account account;
    private final Api api;
    private final ManualScheduler time;
    private final Random random;
    private final Witness witness;
    private double trouble;
    private boolean loseAnswers = true;
    private boolean swallowing;
    private @Nullable Long expiresIn = 7200L;
    private int fetches;
    private int forcedCalls;

    ModelWeChat(ManualScheduler time, Random random, Witness witness, Api api) {
        this.api = api;
        this.time = time;
        this.random = random;
        this.witness = witness;
        this.platform = new Platform(time, random.nextLong());
        this.account = platform.account(APPID, SECRET).dailyQuota(1_000_000);
        witness.watch(platform);
    }

    /** Sets the share of calls that meet a fault from now on. */
    void trouble(double share) {
        trouble = share;
    }

    /** Sets whether answers may be lost on their way back. */
    void loseAnswers(boolean lose) {
        loseAnswers = lose;
    }

    /** Sets whether a gateway answers all fetches in WeChat's place from now on. Probes still reach WeChat. */
    void swallow(boolean all) {
        swallowing = all;
    }

    /**
     * Sets {@code expires_in} from now on; null for an answer without it. A value of 1 to 7200 is also the true life of
     * the tokens.
     */
    void expiresIn(@Nullable Long seconds) {
        expiresIn = seconds;
        account.tokenLife(Duration.ofSeconds(seconds != null && usable(seconds) ? seconds : 7200));
    }

    private static boolean usable(@Nullable Long seconds) {
        return seconds != null && seconds > 0 && seconds <= 7200;
    }

    /** Returns the number of fetches. */
    int fetches() {
        return fetches;
    }

    /** Returns the number of forced fetches. */
    int forcedCalls() {
        return forcedCalls;
    }

    @Override
    public CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend) {
        int number = ++fetches;
        forcedCalls += request.forced() ? 1 : 0;
        Instant called = time.instant();
        witness.fetchCalled(number, request.forced(), called);
        if (fails() && random.nextInt(20) == 0) {
            witness.lost(number, called);
            throw new IllegalStateException("a bug in the client");
        }
        CompletableFuture<Fetched> answer = new CompletableFuture<>();
        Duration before = millis(fails() && random.nextInt(4) == 0 ? 20_000 : 100);
        after(before, () -> send(request, number, called, maySend, answer));
        return answer;
    }

    private void send(
            FetchRequest request,
            int number,
            Instant called,
            BooleanSupplier maySend,
            CompletableFuture<Fetched> answer) {
        if (!maySend.getAsBoolean() || (fails() && random.nextInt(3) == 0)) {
            refuse(answer, Advice.RETRY_SOON, CallOutcome.NOT_SENT, 0, null);
            return;
        }
        witness.sent(number);
        if (request.forced()) {
            witness.forced();
        }
        Duration back = millis(150);
        if (swallowing) {
            lose(request, number, called, answer, back);
            return;
        }
        if (!fails()) {
            grant(request, number, called, answer, back);
            return;
        }
        switch (random.nextInt(loseAnswers ? 6 : 4)) {
            case 0 -> after(back, () -> refuse(answer, Advice.RETRY_SOON, CallOutcome.REFUSED, -1, null));
            case 1 ->
                after(back, () -> refuse(answer, Advice.QUOTA, CallOutcome.REFUSED, 45011, Duration.ofMinutes(1)));
            case 2 -> after(back, () -> refuse(answer, Advice.QUOTA, CallOutcome.REFUSED, 45009, null));
            case 3 ->
                after(
                        back,
                        () -> refuse(
                                answer,
                                Advice.OPERATOR,
                                CallOutcome.REFUSED,
                                ODD_REFUSALS.get(random.nextInt(2)).code(),
                                null));
            case 4 -> lose(request, number, called, answer, back);
            default -> lose(request, number, called, answer, Duration.ofSeconds(10));
        }
    }

    private void grant(
            FetchRequest request, int number, Instant called, CompletableFuture<Fetched> answer, Duration back) {
        Reply reply = ask(request);
        if (reply instanceof Reply.Granted granted) {
            Long said = usable(expiresIn) ? Long.valueOf(granted.expiresIn()) : expiresIn;
            after(back, () -> {
                witness.delivered(number, called, granted.accessToken(), said);
                answer.complete(new Fetched(granted.accessToken(), said));
            });
        } else if (request.forced()) {
            // Other clients force refreshes too and WeChat counts them all.
            after(back, () -> refuse(answer, Advice.QUOTA, CallOutcome.REFUSED, 45009, null));
        } else {
            throw new AssertionError("the platform has no reason to refuse");
        }
    }

    private Reply ask(FetchRequest request) {
        return switch (api) {
            case CLASSIC -> platform.mint(APPID, SECRET, "127.0.0.1");
            case STABLE -> platform.stable(APPID, SECRET, request.forced(), "127.0.0.1");
        };
    }

    /** Ends the current token and the previous one. */
    void kill() {
        switch (api) {
            case CLASSIC -> account.kill();
            case STABLE -> account.killStable();
        }
    }

    /** Mints a new token for another client of the account. */
    void mintOutOfBand() {
        switch (api) {
            case CLASSIC -> account.mintOutOfBand();
            case STABLE -> platform.stable(APPID, SECRET, true, "127.0.0.1");
        }
    }

    /** Delivers the request but no usable answer; WeChat may or may not mint. */
    private void lose(
            FetchRequest request, int number, Instant called, CompletableFuture<Fetched> answer, Duration back) {
        if (!swallowing && random.nextBoolean()) {
            Reply unseen = ask(request);
            if (api == Api.CLASSIC) {
                witness.happened("an answer was lost: " + unseen);
            }
        }
        after(back, () -> {
            witness.lost(number, called);
            if (random.nextInt(10) == 0) {
                answer.completeExceptionally(new IllegalStateException("a bug in the client"));
            } else {
                refuse(answer, Advice.RETRY_SOON, CallOutcome.UNKNOWN, 0, null);
            }
        });
    }

    private void refuse(
            CompletableFuture<Fetched> answer,
            Advice advice,
            CallOutcome outcome,
            int errcode,
            @Nullable Duration retryAfter) {
        witness.refused(advice, retryAfter);
        answer.completeExceptionally(new TokenSourceException(advice, outcome, errcode, "trouble", null, retryAfter));
    }

    @Override
    public CompletionStage<Verdict> probe(TokenKey key, String value) {
        Instant sent = time.instant();
        witness.probeSent(value);
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        if (fails()) {
            if (random.nextInt(10) == 0) {
                throw new IllegalStateException("a bug in the client");
            }
            after(millis(10_000), () -> {
                witness.judged(value, Verdict.INCONCLUSIVE, sent);
                answer.complete(Verdict.INCONCLUSIVE);
            });
            return answer;
        }
        Verdict verdict =
                switch (platform.check(value)) {
                    case OK -> Verdict.ALIVE;
                    case ACCESS_TOKEN_EXPIRED -> Verdict.EXPIRED;
                    default -> Verdict.SUPERSEDED;
                };
        after(millis(150), () -> {
            witness.judged(value, verdict, sent);
            answer.complete(verdict);
        });
        return answer;
    }

    private boolean fails() {
        return random.nextDouble() < trouble;
    }

    private Duration millis(int most) {
        return Duration.ofMillis(random.nextInt(most) + 1);
    }

    private void after(Duration delay, Runnable task) {
        time.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
