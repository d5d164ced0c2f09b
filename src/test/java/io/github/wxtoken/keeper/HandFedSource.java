package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import io.github.wxtoken.token.TokenSourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** A {@link TokenSource} whose answers are all given by the test. Thread-safe. */
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

    /** Returns all fetches so far. */
    synchronized List<Call<Fetched>> fetches() {
        return List.copyOf(fetches);
    }

    /** Returns all probes so far. */
    synchronized List<Call<Verdict>> probes() {
        return List.copyOf(probes);
    }

    /** Returns whether the last probe is unanswered. */
    synchronized boolean isProbed() {
        return !probes.isEmpty() && !last(probes).answer.isDone();
    }

    /** Returns the last fetch. */
    synchronized Call<Fetched> last() {
        return last(fetches);
    }

    /** Answers the last fetch with a token that lives for 7200 seconds. */
    void grant(String value) {
        grant(value, 7200);
    }

    /** Answers the last fetch with a token and its {@code expires_in}. */
    void grant(String value, long expiresIn) {
        last(fetches()).answer.complete(new Fetched(value, expiresIn));
    }

    /** Fails the last fetch as WeChat's refusal. */
    void refuse(TokenSourceException.Advice advice) {
        fail(advice, TokenSourceException.CallOutcome.REFUSED);
    }

    /** Fails the last fetch with a given outcome. */
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

    /** A call and its future answer. */
    record Call<T>(FetchRequest request, String value, BooleanSupplier maySend, CompletableFuture<T> answer) {
        TokenKey key() {
            return request.key();
        }
    }
}
