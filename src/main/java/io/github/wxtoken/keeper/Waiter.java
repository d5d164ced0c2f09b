package io.github.wxtoken.keeper;

import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenRecord;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;

/** One who waits for a token; equal to itself only. */
final class Waiter {

    private final BiPredicate<ServedToken, TokenRecord> wanted;
    private final Instant deadline;
    private final boolean patient;
    private final CompletableFuture<ServedToken> token = new CompletableFuture<>();

    /**
     * Creates it.
     *
     * @param wanted which token ends the wait, as it is served by a record
     * @param deadline when to give up, by the local clock
     * @param patient whether to wait until then in any case, as one of many who want word of a new token
     */
    Waiter(BiPredicate<ServedToken, TokenRecord> wanted, Instant deadline, boolean patient) {
        this.wanted = wanted;
        this.deadline = deadline;
        this.patient = patient;
    }

    boolean wants(ServedToken served, TokenRecord record) {
        return wanted.test(served, record);
    }

    Instant deadline() {
        return deadline;
    }

    boolean patient() {
        return patient;
    }

    CompletableFuture<ServedToken> token() {
        return token;
    }
}
