package io.github.wxtoken.token;

import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The upstream that mints tokens and can tell whether one is alive. Implementations are thread-safe. */
public interface TokenSource {

    /**
     * Asks for a token, once. The request is sent at most once to a WeChat that may have received it.
     *
     * @param request what to ask for
     * @param maySend asked right before each sending; when false, nothing may be sent any more and the stage fails with
     *     {@link TokenSourceException.CallOutcome#NOT_SENT}. It keeps a process that was paused from minting late.
     * @return completes with what WeChat issued, or with a {@link TokenSourceException}; may complete on any thread
     */
    CompletionStage<Fetched> fetch(FetchRequest request, BooleanSupplier maySend);

    /**
     * Asks WeChat whether it accepts a token, by a call that has no side effects.
     *
     * @return completes with the verdict; a failure counts as {@link Verdict#INCONCLUSIVE}
     */
    CompletionStage<Verdict> probe(TokenKey key, String value);

    /**
     * What to ask WeChat for. Its {@link #toString()} hides the access_token.
     *
     * @param key whose token, and of which kind
     * @param forced whether WeChat is to replace the token even though it has not ended; for the stable API only
     * @param accessToken the access_token to ask with, for what is fetched with one; else null
     */
    record FetchRequest(TokenKey key, boolean forced, @Nullable String accessToken) {

        /** The usual order for an access_token. */
        public static FetchRequest of(TokenKey key) {
            return new FetchRequest(key, false, null);
        }

        @Override
        public String toString() {
            return "Order[" + key + ", forced=" + forced + "]";
        }
    }

    /**
     * What WeChat issued. Its {@link #toString()} hides the value.
     *
     * @param value the token
     * @param expiresIn WeChat's {@code expires_in} in seconds as far as it is a number, else null; not to be trusted
     */
    record Fetched(String value, @Nullable Long expiresIn) {
        @Override
        public String toString() {
            return "Fetched[expiresIn=" + expiresIn + "]";
        }
    }

    /** What a probe found. */
    enum Verdict {
        /** WeChat accepts the token. */
        ALIVE,
        /** WeChat calls it invalid or not the latest (40001, 40014): another one was minted. */
        SUPERSEDED,
        /** WeChat says that its time was over (42001). */
        EXPIRED,
        /** WeChat could not be asked, or spoke of something else. */
        INCONCLUSIVE;

        /** Whether WeChat refuses the token. */
        public boolean dead() {
            return this == SUPERSEDED || this == EXPIRED;
        }
    }
}
