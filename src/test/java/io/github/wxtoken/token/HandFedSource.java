package io.github.wxtoken.token;

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
    public synchronized CompletionStage<Fetched> fetch(TokenKey key, BooleanSupplier maySend) {
        Call<Fetched> call = new Call<>(key, "", maySend, new CompletableFuture<>());
        fetches.add(call);
        return call.answer;
    }

    @Override
    public synchronized CompletionStage<Verdict> probe(TokenKey key, String value) {
        Call<Verdict> call = new Call<>(key, value, () -> true, new CompletableFuture<>());
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

    /** The last fetch. */
    synchronized Call<Fetched> last() {
        return last(fetches);
    }

    /** Answers the last fetch. */
    void grant(String value) {
        last(fetches()).answer.complete(new Fetched(value, 7200L));
    }

    /** Fails the last fetch. */
    void refuse(TokenSourceException.Advice advice) {
        last(fetches())
                .answer
                .completeExceptionally(new TokenSourceException(
                        advice, TokenSourceException.Outcome.REFUSED, 40164, "invalid ip", "whitelist it", null));
    }

    /** Answers the last probe. */
    void judge(Verdict verdict) {
        last(probes()).answer.complete(verdict);
    }

    private static <T> Call<T> last(List<Call<T>> calls) {
        return calls.get(calls.size() - 1);
    }

    /** A call that waits for its answer. */
    record Call<T>(TokenKey key, String value, BooleanSupplier maySend, CompletableFuture<T> answer) {}
}
