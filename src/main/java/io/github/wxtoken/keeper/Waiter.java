package io.github.wxtoken.keeper;

import io.github.wxtoken.token.ServedToken;
import io.github.wxtoken.token.TokenRecord;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;

/** A caller that waits for a token. Compared by identity. */
final class Waiter {

    private final BiPredicate<ServedToken, TokenRecord> wanted;
    private final Instant deadline;
    private final boolean patient;
    private final CompletableFuture<ServedToken> token = new CompletableFuture<>();

    /**
     * Creates it.
     *
     * @param wanted tests whether a served token, with its record, ends the wait
     * @param deadline when to give up (local clock)
     * @param patient whether to wait until the deadline in any case, as one of many long polls
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
