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

/** An upstream that breaks its contract towards one account, until it heals. For a single thread. */
final class MisbehavingSource implements TokenSource {

    /** A text that stands for a URL with a secret, in everything that is thrown. */
    static final String CANARY = "https://api.invalid/token?secret=0123456789abcdef";

    /** In which way it misbehaves. */
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

    /** Misbehaves from now on at fetches; null for no longer. */
    void fetches(@Nullable Way way) {
        fetching = way;
    }

    /** Misbehaves from now on at probes; null for no longer. */
    void probes(@Nullable Way way) {
        probing = way;
    }

    /** How often it was asked to probe a token. */
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

    @SuppressWarnings("NullAway") // It does what it must not.
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
