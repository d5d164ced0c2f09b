package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** An upstream whose every answer the test gives by hand. Thread-safe. */
final class HandFedSource implements TokenSource {

    private final List<Call<Fetched>> fetches = new ArrayList<>();
    private final List<Call<Verdict>> probes = new ArrayList<>();

    @Override
    public synchronized CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend) {
        Call<Fetched> call = new Call<>(request, "", maySend, new CompletableFuture<>());
        fetches.add(call);
        return call.answer;
    }

    @Override
    public synchronized CompletionStage<Verdict> probe(TokenKey key, String value) {
        Call<Verdict> call = new Call<>(FetchRequest.of(key), value, () -> true, new CompletableFuture<>());
        probes.add(call);
        return call.answer;
    }

    /** All fetches so far. */
    synchronized List<Call<Fetched>> fetches() {
        return List.copyOf(fetches);
    }

    /** All probes so far. */
    synchronized List<Call<Verdict>> probes() {
        return List.copyOf(probes);
    }

    /** Whether the last probe waits for its answer. */
    synchronized boolean isProbed() {
        return !probes.isEmpty() && !last(probes).answer.isDone();
    }

    /** The last fetch. */
    synchronized Call<Fetched> last() {
        return last(fetches);
    }

    /** Answers the last fetch. */
    void grant(String value) {
        grant(value, 7200);
    }

    /** Answers the last fetch, with what {@code expires_in} says. */
    void grant(String value, long expiresIn) {
        last(fetches()).answer.complete(new Fetched(value, expiresIn));
    }

    /** Fails the last fetch. */
    void refuse(TokenSourceException.Advice advice) {
        fail(advice, TokenSourceException.CallOutcome.REFUSED);
    }

    /** Fails the last fetch. */
    void fail(TokenSourceException.Advice advice, TokenSourceException.CallOutcome outcome) {
        last(fetches())
                .answer
                .completeExceptionally(
                        new TokenSourceException(advice, outcome, 40164, "invalid ip", "whitelist it", null));
    }

    /** Answers the last probe. */
    void judge(Verdict verdict) {
        last(probes()).answer.complete(verdict);
    }

    private static <T> Call<T> last(List<Call<T>> calls) {
        return calls.get(calls.size() - 1);
    }

    /** A call that waits for its answer. */
    record Call<T>(FetchRequest request, String value, BooleanSupplier maySend, CompletableFuture<T> answer) {
        TokenKey key() {
            return request.key();
        }
    }
}
