package io.github.wxtoken.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Doubt.Level;
import io.github.wxtoken.token.TokenSourceException.Advice;
import io.github.wxtoken.token.TokenStore.Stored;
import io.github.wxtoken.token.TokenStore.Watcher;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Contract tests for every token store; each store's test extends this class. */
public abstract class TokenStoreContract {

    protected static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");
    private static final TokenKey OTHER = TokenKey.accessToken("wxfedcba9876543210");
    private static final TokenKey TICKET = new TokenKey(KEY.appid(), TokenKind.JSAPI_TICKET);
    private static final Instant NOON = Instant.parse("2026-11-22T04:00:00.123Z");

    /** Returns the empty store under test. */
    protected abstract TokenStore store();

    @Test
    void beginsWithAnEmptyRecordOfVersionZero() {
        Stored stored = store().load(KEY);
        assertThat(stored.record()).isEqualTo(TokenRecord.EMPTY);
        assertThat(stored.revision()).isZero();
    }

    @Test
    void givesBackWhatWasPutAndItsVersionRises() {
        TokenStore store = store();
        Stored empty = store.load(KEY);
        assertThat(store.replace(KEY, empty, claimed("me"))).isTrue();
        Stored first = store.load(KEY);
        assertThat(first.record()).isEqualTo(claimed("me"));
        assertThat(first.revision()).isEqualTo(empty.next()).isPositive();
        assertThat(store.replace(KEY, first, full())).isTrue();
        Stored second = store.load(KEY);
        assertThat(second.record()).isEqualTo(full());
        assertThat(second.revision()).isEqualTo(first.next()).isGreaterThan(first.revision());
        assertThat(store.replace(KEY, second, TokenRecord.EMPTY)).isTrue();
        assertThat(store.load(KEY).record()).isEqualTo(TokenRecord.EMPTY);
    }

    @Test
    void keepsEachKeyForItself() {
        TokenStore store = store();
        assertThat(store.replace(KEY, store.load(KEY), claimed("me"))).isTrue();
        assertThat(store.load(OTHER).revision()).as("another account").isZero();
        assertThat(store.load(TICKET).revision()).as("another kind").isZero();
    }

    @Test
    void refusesAReplacementOfWhatHasChangedMeanwhile() {
        TokenStore store = store();
        Stored empty = store.load(KEY);
        assertThat(store.replace(KEY, empty, claimed("me"))).isTrue();
        assertThat(store.replace(KEY, empty, claimed("you"))).isFalse();
        Stored mine = store.load(KEY);
        Stored another = new Stored(mine.record(), mine.revision() + 1, mine.now(), mine.memo());
        assertThat(store.replace(KEY, another, claimed("you"))).isFalse();
        assertThat(store.load(KEY).record()).isEqualTo(claimed("me"));
    }

    @Test
    void letsOneOfManyWinEvenWhereTheyWriteTheSame() {
        TokenStore store = store();
        Stored empty = store.load(KEY);
        List<CompletableFuture<Boolean>> tries = IntStream.range(0, 64)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> store.replace(KEY, empty, claimed("same"))))
                .toList();
        assertThat(tries.stream().filter(CompletableFuture::join)).hasSize(1);
    }

    @Test
    void tellsWhoWatchesOfTheVersion() throws InterruptedException {
        TokenStore store = store();
        Witnessed witnessed = new Witnessed();
        store.watch(witnessed);
        Stored empty = store.load(KEY);
        store.replace(KEY, empty, claimed("me"));
        assertThat(witnessed.changes.poll(10, TimeUnit.SECONDS)).isEqualTo(new Changed(KEY, empty.next()));
    }

    @Test
    void keepsACodeOfWeChatThatIsNegative() {
        TokenStore store = store();
        RecordBuilder draft = new RecordBuilder(full());
        draft.failure = new Failure(-1000, "system error", null, Advice.RETRY_SOON, 1, NOON, NOON, NOON.plusSeconds(1));
        store.replace(KEY, store.load(KEY), draft.record());
        assertThat(store.load(KEY).record()).isEqualTo(draft.record());
    }

    private static TokenRecord claimed(String owner) {
        RecordBuilder draft = new RecordBuilder(TokenRecord.EMPTY);
        draft.fence = 1;
        draft.claim = new Claim(owner, 1, NOON, NOON.plusSeconds(30), Trigger.BOOT);
        return draft.record();
    }

    /** Returns a record with a value in each component. */
    public static TokenRecord full() {
        return new TokenRecord(
                1_795_312_345_678L,
                new Token("current-\"value\"", NOON, NOON.plusSeconds(7200)),
                new Token("previous-value", NOON.minusSeconds(6000), NOON.plusSeconds(300)),
                NOON.plusMillis(120),
                NOON.plusSeconds(6600),
                17,
                new Claim("somebody", 17, NOON, NOON.plusSeconds(30), Trigger.FORCED),
                1,
                new Forcing(true, new Budget(LocalDate.parse("2026-11-22"), 3), NOON.minusSeconds(60)),
                new Doubt(Level.UNSURE, NOON, NOON.plusSeconds(1), 16, Trigger.WATCHDOG),
                new Failure(
                        40164,
                        "invalid ip 10.0.0.1, not in whitelist",
                        "Add it.",
                        Advice.OPERATOR,
                        3,
                        NOON,
                        NOON.plusSeconds(5),
                        NOON.plusSeconds(305)),
                new Budget(LocalDate.parse("2026-11-22"), 42),
                NOON.plusSeconds(60),
                NOON.minusSeconds(3600),
                new PendingOrder(PendingOrder.TO_REVOKE, NOON.plusSeconds(50)),
                "somebody else");
    }

    private record Changed(TokenKey key, long revision) {}

    private static final class Witnessed implements Watcher {
        private final BlockingQueue<Changed> changes = new LinkedBlockingQueue<>();

        @Override
        public void changed(TokenKey key, long revision) {
            changes.add(new Changed(key, revision));
        }

        @Override
        public void missed() {
            // Notifications of changes before the registration may or may not arrive.
        }

        @Override
        public void upToDate(Instant upTo) {}

        @Override
        public void away(TokenStoreException why) {
            throw new AssertionError("the store is there", why);
        }
    }
}
