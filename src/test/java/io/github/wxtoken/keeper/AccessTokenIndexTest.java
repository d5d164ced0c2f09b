package io.github.wxtoken.keeper;

import static io.github.wxtoken.token.Records.POLICY;
import static io.github.wxtoken.token.Records.at;
import static io.github.wxtoken.token.Records.committed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenKind;
import io.github.wxtoken.token.TokenRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests which tokens the index contains while records change. */
final class AccessTokenIndexTest {

    private static final TokenKey KEY = TokenKey.accessToken("wx0123456789abcdef");
    private static final TokenRecord FIRST = token("first");
    private static final TokenRecord SECOND = committed(FIRST.claim("me", at(6600), POLICY), "second", 6600);

    private final AccessTokenIndex index = new AccessTokenIndex();

    @Test
    void bothTokensAreFoundWhileTheRecordIsPublished() {
        index.replace(KEY, TokenRecord.EMPTY, FIRST, () -> assertThat(index.holders("first"))
                .containsExactly(KEY.appid()));
        TokenRecord other = token("other");
        index.replace(KEY, FIRST, other, () -> {
            assertThat(index.holders("first")).containsExactly(KEY.appid());
            assertThat(index.holders("other")).containsExactly(KEY.appid());
        });
        assertThat(index.holders("first")).isEmpty();
        assertThat(index.holders("other")).containsExactly(KEY.appid());
    }

    @Test
    void aThousandRotationsLeaveTwoEntries() {
        TokenRecord record = TokenRecord.EMPTY;
        for (int i = 0; i < 1000; i++) {
            TokenRecord next = committed(record.claim("me", at(6600L * i), POLICY), "token " + i, 6600L * i);
            index.replace(KEY, record, next, () -> {});
            record = next;
        }
        assertThat(index.holders("token 999")).containsExactly(KEY.appid());
        assertThat(index.holders("token 998")).containsExactly(KEY.appid());
        assertThat(index.size()).isEqualTo(2);
        index.replace(KEY, record, TokenRecord.EMPTY, () -> {});
        assertThat(index.size()).isZero();
    }

    @Test
    void aValueOfTwoAccountsIsFoundUntilBothHaveReplacedIt() {
        TokenKey other = TokenKey.accessToken("wxfedcba9876543210");
        index.replace(KEY, TokenRecord.EMPTY, FIRST, () -> {});
        index.replace(other, TokenRecord.EMPTY, FIRST, () -> {});
        assertThat(index.holders("first")).containsExactlyInAnyOrder(KEY.appid(), other.appid());
        index.replace(other, FIRST, token("another"), () -> {});
        assertThat(index.holders("first")).containsExactly(KEY.appid());
    }

    @Test
    void ticketsAreNoAccessTokens() {
        List<String> published = new ArrayList<>();
        index.replace(
                new TokenKey(KEY.appid(), TokenKind.JSAPI_TICKET), TokenRecord.EMPTY, SECOND, () -> published.add(""));
        assertThat(published).hasSize(1);
        assertThat(index.size()).isZero();
    }

    @Test
    void recordsThatChangeConcurrentlyAreAllFound() throws InterruptedException {
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> {
                    await(begin);
                    TokenKey key = TokenKey.accessToken("wx" + i);
                    TokenRecord record = TokenRecord.EMPTY;
                    for (int n = 0; n < 200; n++) {
                        TokenRecord next = token(i + " of " + n);
                        index.replace(key, record, next, () -> {});
                        record = next;
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(index.size()).isEqualTo(8);
        for (int i = 0; i < 8; i++) {
            assertThat(index.holders(i + " of 199")).containsExactly("wx" + i);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static TokenRecord token(String value) {
        return committed(TokenRecord.EMPTY.claim("me", at(0), POLICY), value, 0);
    }
}
