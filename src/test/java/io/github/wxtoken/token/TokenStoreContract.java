package io.github.wxtoken.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every token store has to do; each store's test extends it. */
abstract class TokenStoreContract {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");
    private static final TokenKey OTHER = TokenKey.accessToken("wxfedcba9876543210");
    private static final RefreshPolicy POLICY = new RefreshPolicy(
            Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofMinutes(1), 2000, 100, Issuance.CLASSIC);

    /** The store under test, empty. */
    abstract TokenStore store();

    @Test
    void beginsWithAnEmptyRecordOfVersionZero() {
        TokenStore.Stored stored = store().load(KEY);
        assertThat(stored.record()).isEqualTo(TokenRecord.EMPTY);
        assertThat(stored.version()).isZero();
    }

    @Test
    void givesBackWhatWasPutAndCountsTheVersions() {
        TokenStore store = store();
        TokenRecord record = claimed("me");
        assertThat(store.replace(KEY, 0, record)).isTrue();
        assertThat(store.load(KEY).record()).isEqualTo(record);
        assertThat(store.load(KEY).version()).isEqualTo(1);
        assertThat(store.replace(KEY, 1, TokenRecord.EMPTY)).isTrue();
        assertThat(store.load(KEY).version()).isEqualTo(2);
        assertThat(store.load(OTHER).version()).as("another key").isZero();
    }

    @Test
    void refusesAReplacementOfWhatHasChangedMeanwhile() {
        TokenStore store = store();
        assertThat(store.replace(KEY, 0, claimed("me"))).isTrue();
        assertThat(store.replace(KEY, 0, claimed("you"))).isFalse();
        assertThat(store.replace(KEY, 2, claimed("you"))).isFalse();
        assertThat(store.load(KEY).record()).isEqualTo(claimed("me"));
    }

    @Test
    void letsOneOfManyWinEvenWhereTheyWriteTheSame() {
        TokenStore store = store();
        List<CompletableFuture<Boolean>> tries = IntStream.range(0, 64)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> store.replace(KEY, 0, claimed("same"))))
                .toList();
        assertThat(tries.stream().filter(CompletableFuture::join)).hasSize(1);
    }

    @Test
    void tellsWhoWatches() throws InterruptedException {
        TokenStore store = store();
        BlockingQueue<TokenKey> told = new LinkedBlockingQueue<>();
        store.watch(told::add);
        store.replace(KEY, 0, claimed("me"));
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(KEY);
    }

    private static TokenRecord claimed(String owner) {
        return TokenRecord.EMPTY.claim(owner, Instant.parse("2026-11-22T04:00:00Z"), POLICY);
    }
}
