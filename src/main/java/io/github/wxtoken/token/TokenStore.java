package io.github.wxtoken.token;

import java.time.Instant;
import java.util.function.Consumer;

/**
 * Where the record of each token is shared: a map with compare-and-set, and a clock. It knows none of the rules.
 * Implementations are thread-safe.
 */
public interface TokenStore {

    /** The record of a key, {@link TokenRecord#EMPTY} with version 0 when there is none yet. */
    Stored load(TokenKey key);

    /**
     * Replaces the record of a key if nobody else has since; its version then is {@code expectedVersion + 1}.
     *
     * @return whether it was replaced
     */
    boolean replace(TokenKey key, long expectedVersion, TokenRecord record);

    /** Has the listener told of each key whose record was replaced, on any thread, soon after. */
    void watch(Consumer<TokenKey> listener);

    /**
     * A record as the store holds it.
     *
     * @param record the record
     * @param version counts its replacements; 0 before the first
     * @param now the store's clock, which decides for all replicas
     */
    record Stored(TokenRecord record, long version, Instant now) {}
}
