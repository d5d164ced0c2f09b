package io.github.wxtoken.token;

import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The upstream that mints and probes tokens. Implementations are thread-safe. */
public interface TokenSource {

    /** How many fetches, and how many probes, the keeper has in progress at once. */
    int CONCURRENT_CALLS = 32;

    /**
     * Fetches a token. A request that WeChat may have received is not sent again.
     *
     * @param request the token to fetch
     * @param maySend checked right before each send; if false, nothing is sent and the stage fails with {@link
     *     TokenSourceException.CallOutcome#NOT_SENT}. This prevents a process that was paused from minting late.
     * @return completes with the token, or with a {@link TokenSourceException}; may complete on any thread
     */
    CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend);

    /**
     * Probes whether WeChat accepts a token, by a call without side effects.
     *
     * @return completes with the verdict; a failure counts as {@link Verdict#INCONCLUSIVE}
     */
    CompletionStage<Verdict> probe(TokenKey key, String value);

    /**
     * A request for a token. Its {@link #toString()} hides the access_token.
     *
     * @param key the account and kind of token
     * @param forced whether WeChat replaces a token that is still valid; stable API only
     * @param accessToken the access_token that a ticket request needs, else null
     */
    record FetchRequest(TokenKey key, boolean forced, @Nullable String accessToken) {

        /** Returns an unforced request for an access_token. */
        public static FetchRequest of(TokenKey key) {
            return new FetchRequest(key, false, null);
        }

        @Override
        public String toString() {
            return "FetchRequest[" + key + ", forced=" + forced + "]";
        }
    }

    /**
     * A token as issued by WeChat. Its {@link #toString()} hides the value.
     *
     * @param value the token
     * @param expiresIn WeChat's {@code expires_in} in seconds, null if it is not a number; untrusted
     */
    record Fetched(String value, @Nullable Long expiresIn) {
        @Override
        public String toString() {
            return "Fetched[expiresIn=" + expiresIn + "]";
        }
    }

    /** The result of a probe. */
    enum Verdict {
        /** WeChat accepts the token. */
        ALIVE,
        /** WeChat calls the token invalid or not the latest (40001, 40014): a newer one was minted. */
        SUPERSEDED,
        /** WeChat reports that the token has expired (42001). */
        EXPIRED,
        /** WeChat could not be reached, or its response says nothing about the token. */
        INCONCLUSIVE;

        /** Returns whether WeChat rejects the token. */
        public boolean dead() {
            return this == SUPERSEDED || this == EXPIRED;
        }
    }
}
