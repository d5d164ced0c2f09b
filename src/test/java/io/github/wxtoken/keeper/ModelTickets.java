package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Account;
import io.github.wxtoken.simulator.Errcode;
import io.github.wxtoken.simulator.Platform;
import io.github.wxtoken.simulator.Reply;
import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSourceException;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenSourceException.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model of WeChat's tickets behind an unreliable network, for simulations in one thread. It records what a careful
 * observer on the caller's side can know and checks each call and each served ticket against it.
 */
final class ModelTickets implements TokenSource {

    static final String APPID = "wx0123456789abcdef";
    static final TokenKey TOKEN = TokenKey.accessToken(APPID);
    static final TokenKey TICKET = new TokenKey(APPID, TokenKind.JSAPI_TICKET);

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String IP = "127.0.0.1";
    private static final int A_DAY = 1000;

    final Account account;
    private final Platform platform;
    private final ManualScheduler time;
    private final Random random;
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<Long, Integer> calls = new HashMap<>();
    private double trouble;
    private String handedOut = "";
    private Instant handedOutAt = Instant.MIN;
    private long highestVersion;
    private int refusedTokens;
    private int served;
    private int tickets;

    ModelTickets(ManualScheduler time, Random random) {
        this.time = time;
        this.random = random;
        this.platform = new Platform(time, random.nextLong());
        this.account = platform.account(APPID, SECRET).dailyQuota(1_000_000);
    }

    /** Sets the share of calls that meet a fault from now on. */
    void trouble(double share) {
        trouble = share;
    }

    @Override
    public CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend) {
        CompletableFuture<Fetched> answer = new CompletableFuture<>();
        if (request.key().equals(TICKET)) {
            called();
        }
        after(() -> {
            if (!maySend.getAsBoolean() || fails()) {
                refuse(answer, Advice.RETRY_SOON, CallOutcome.NOT_SENT, 0);
                return;
            }
            Supplier<Reply> call = () -> request.key().equals(TOKEN)
                    ? platform.mint(APPID, SECRET, IP)
                    : platform.ticket(request.accessToken(), "jsapi", IP);
            Reply reply = call.get();
            if (fails()) {
                CallOutcome outcome = request.key().equals(TOKEN) ? CallOutcome.REFUSED : CallOutcome.UNKNOWN;
                after(() -> refuse(answer, Advice.RETRY_SOON, outcome, 0));
                return;
            }
            after(() -> answer(request, reply, answer));
        });
        return answer;
    }

    private void called() {
        int today = calls.merge((time.instant().getEpochSecond() + 8 * 3600) / 86_400, 1, Integer::sum);
        assertThat(today).as("calls of a day").isLessThanOrEqualTo(A_DAY);
        // However many callers report the ticket.
        assertThat(time.instant()).isAfterOrEqualTo(handedOutAt.plusSeconds(60));
    }

    private void answer(FetchRequest request, Reply reply, CompletableFuture<Fetched> answer) {
        if (reply instanceof Reply.Granted granted) {
            if (request.key().equals(TICKET)) {
                tickets += granted.accessToken().equals(handedOut) ? 0 : 1;
                handedOut = granted.accessToken();
                handedOutAt = time.instant();
            }
            answer.complete(new Fetched(granted.accessToken(), Long.valueOf(granted.expiresIn())));
        } else {
            refusedTokens++;
            refuse(
                    answer,
                    Advice.REPORT,
                    CallOutcome.REFUSED,
                    ((Reply.Refused) reply).errcode().code());
        }
    }

    private static void refuse(CompletableFuture<Fetched> answer, Advice advice, CallOutcome outcome, int errcode) {
        answer.completeExceptionally(new TokenSourceException(advice, outcome, errcode, "trouble", null, null));
    }

    @Override
    public CompletionStage<Verdict> probe(TokenKey key, String value) {
        assertThat(key).as("tickets cannot be probed").isEqualTo(TOKEN);
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        Errcode errcode = platform.check(value);
        Verdict verdict = fails()
                ? Verdict.INCONCLUSIVE
                : switch (errcode) {
                    case OK -> Verdict.ALIVE;
                    case ACCESS_TOKEN_EXPIRED -> Verdict.EXPIRED;
                    default -> Verdict.SUPERSEDED;
                };
        after(() -> answer.complete(verdict));
        return answer;
    }

    /** Checks a served ticket; null if none is served. */
    void served(@Nullable ServedToken token) {
        if (token == null) {
            return;
        }
        served++;
        String value = token.token().value();
        assertThat(value).as("the ticket that WeChat handed out last").isEqualTo(handedOut);
        assertThat(time.instant()).as("handed out lately").isBefore(handedOutAt.plus(Duration.ofHours(2)));
        assertThat(token.expiresIn()).isBetween(1L, 3900L);
        assertThat(token.version()).as("versions rise").isGreaterThanOrEqualTo(highestVersion);
        highestVersion = token.version();
        assertThat(versions.merge(value, token.version(), (old, fresh) -> old.equals(fresh) ? old : -1L))
                .as("one version a ticket")
                .isEqualTo(token.version());
    }

    /** Returns the last ticket that WeChat delivered; empty before the first. */
    String handedOut() {
        return handedOut;
    }

    int served() {
        return served;
    }

    int tickets() {
        return tickets;
    }

    int refusedTokens() {
        return refusedTokens;
    }

    private boolean fails() {
        return random.nextDouble() < trouble;
    }

    private void after(Runnable task) {
        time.schedule(task, random.nextInt(150) + 1, TimeUnit.MILLISECONDS);
    }
}
