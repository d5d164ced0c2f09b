package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.TokenKey;
import io.github.wxtoken.token.TokenStore.Watcher;
import io.github.wxtoken.token.TokenStoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Tests how {@link ChangeFeed} handles messages and revisions. */
class ChangeFeedTest {

    private final List<String> told = new ArrayList<>();
    private final ChangeFeed feed = new ChangeFeed(
            new StringRedisTemplate(),
            new RedisMessageListenerContainer(),
            new RedisConnections(),
            InstantSource.system());

    ChangeFeedTest() {
        feed.addWatcher(new Watcher() {
            @Override
            public void changed(TokenKey key, long revision) {
                told.add(key.appid() + " " + revision);
            }

            @Override
            public void missed() {
                told.add("missed");
            }

            @Override
            public void upToDate(Instant upTo) {}

            @Override
            public void away(TokenStoreException why) {
                told.add("away");
            }
        });
    }

    @Test
    void aGapInTheNumbersIsNoticed() {
        feed.received("7 70 wx1:access_token");
        feed.received("8 80 wx2:jsapi_ticket");
        assertThat(told).containsExactly("wx1 70", "wx2 80");
        feed.received("10 100 wx1:access_token");
        assertThat(told).endsWith("wx1 100", "missed");
        // As after a flush.
        feed.received("1 110 wx1:access_token");
        assertThat(told).endsWith("wx1 110", "missed");
    }

    @ParameterizedTest
    @CsvSource({"''", "x y z", "1 2", "1 2 wx1", "1 2 wx1:no_such_kind"})
    void whatIsNotUnderstoodMayBeAnyChange(String message) {
        feed.compare(5, Instant.EPOCH);
        told.clear();
        feed.received(message);
        assertThat(told).as("however many there are").isEmpty();
        feed.compare(5, Instant.EPOCH);
        feed.compare(5, Instant.EPOCH);
        assertThat(told).containsExactly("missed");
    }

    @Test
    void wordAndNumberMayEachBeFaster() {
        feed.compare(5, Instant.EPOCH);
        assertThat(told).containsExactly("missed");
        told.clear();
        feed.received("6 60 wx1:access_token");
        feed.received("7 70 wx1:access_token");
        feed.compare(6, Instant.EPOCH);
        feed.compare(8, Instant.EPOCH);
        feed.received("8 80 wx1:access_token");
        feed.compare(8, Instant.EPOCH);
        assertThat(told).containsExactly("wx1 60", "wx1 70", "wx1 80");
    }

    @Test
    void whatStaysAwayWasLost() {
        feed.compare(5, Instant.EPOCH);
        told.clear();
        feed.compare(6, Instant.EPOCH);
        feed.compare(6, Instant.EPOCH);
        assertThat(told).as("a message").containsExactly("missed");
        told.clear();
        feed.received("7 70 wx1:access_token");
        feed.compare(6, Instant.EPOCH);
        feed.compare(6, Instant.EPOCH);
        assertThat(told).as("a change, by a failover").containsExactly("wx1 70", "missed");
        told.clear();
        feed.compare(0, Instant.EPOCH);
        assertThat(told).as("all of them").containsExactly("missed");
    }
}
