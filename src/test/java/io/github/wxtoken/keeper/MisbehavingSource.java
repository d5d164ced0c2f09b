package io.github.wxtoken.keeper;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A {@link TokenSource} that breaks its contract for one account while told to. For a single thread. */
final class MisbehavingSource implements TokenSource {

    /** The message of every exception, in place of a URL with a secret. */
    static final String CANARY = "https://api.invalid/token?secret=0123456789abcdef";

    /** A way to break the contract. */
    enum Way {
        NEVER_ANSWERS,
        THROWS_AN_ERROR,
        THROWS_AN_EXCEPTION,
        RETURNS_NULL,
        ANSWERS_NULL,
        FAILS,
        FAILS_WITH_A_CAUSE
    }

    private final TokenKey victim;
    private @Nullable Way fetching;
    private @Nullable Way probing;
    private final List<TokenKey> probed = new ArrayList<>();
    private int minted;

    MisbehavingSource(TokenKey victim) {
        this.victim = victim;
    }

    /** Sets how fetches misbehave from now on; null for not at all. */
    void fetches(@Nullable Way way) {
        fetching = way;
    }

    /** Sets how probes misbehave from now on; null for not at all. */
    void probes(@Nullable Way way) {
        probing = way;
    }

    /** Returns the number of probes of a token. */
    long probesOf(TokenKey key) {
        return probed.stream().filter(key::equals).count();
    }

    @Override
    public CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend) {
        return answer(request.key(), fetching, new Fetched("token " + ++minted, 7200L));
    }

    @Override
    public CompletionStage<Verdict> probe(TokenKey key, String value) {
        probed.add(key);
        return answer(key, probing, Verdict.ALIVE);
    }

    @SuppressWarnings("NullAway") // It breaks its contract on purpose.
    private <T> CompletionStage<T> answer(TokenKey key, @Nullable Way way, T proper) {
        if (way == null || !key.equals(victim)) {
            return CompletableFuture.completedFuture(proper);
        }
        return switch (way) {
            case NEVER_ANSWERS -> new CompletableFuture<>();
            case THROWS_AN_ERROR -> throw new OutOfMemoryError(CANARY);
            case THROWS_AN_EXCEPTION -> throw new IllegalArgumentException(CANARY, new IllegalStateException(CANARY));
            case RETURNS_NULL -> null;
            case ANSWERS_NULL -> CompletableFuture.completedFuture(null);
            case FAILS -> CompletableFuture.failedFuture(new IllegalStateException(CANARY));
            case FAILS_WITH_A_CAUSE ->
                CompletableFuture.failedFuture(new CompletionException(CANARY, new LinkageError(CANARY)));
        };
    }
}
