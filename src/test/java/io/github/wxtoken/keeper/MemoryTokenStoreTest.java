package io.github.wxtoken.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenStore;
import io.github.wxtoken.token.TokenStoreContract;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** Runs the store contract on the in-memory store. */
class MemoryTokenStoreTest extends TokenStoreContract {

    private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");

    @Override
    protected TokenStore store() {
        return new MemoryTokenStore(InstantSource.fixed(NOON));
    }

    @Test
    void itsClockIsTheLocalOne() {
        assertThat(store().load(TokenKey.accessToken("wx")).now()).isEqualTo(NOON);
    }
}
