package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the handling of Redis's error messages. */
class RedisFailuresTest {

    @ParameterizedTest
    @CsvSource({
        "WRONGPASS invalid username-password pair or user is disabled., .password",
        "NOPERM this user has no permissions to access one of the channels, ACL",
        "ERR The user executing the script can't run this command or subcommand, ACL",
        "OOM command not allowed when used memory > 'maxmemory'., maxmemory",
        "CLUSTERDOWN The cluster is down, Cluster",
        "NOREPLICAS Not enough good replicas to write., min-replicas-to-write",
        "READONLY You can't write against a read only replica., primary",
        "ERR Error running script (call to f_0): @user_script:8: -READONLY You can't write., primary"
    })
    void itSaysWhatToDo(String said, String remedy) {
        assertThat(RedisFailures.explained(new IllegalStateException(said))).hasMessageContaining(remedy);
    }

    @Test
    void whatIdentifiesTheProblemFollows() {
        assertThat(RedisFailures.explained(new IllegalStateException("ERR value is not an integer or out of range")))
                .hasMessageStartingWith("Another application uses a key")
                .hasMessageEndingWith(" [" + RedisKeys.CHANGES + "]");
        assertThat(RedisFailures.explained(new RuntimeException("canary", new ConnectException("canary"))))
                .hasMessageStartingWith("Redis cannot be reached")
                .hasMessageEndingWith(" [ConnectException]")
                .hasMessageNotContaining("canary");
    }

    @Test
    void theNameOfAHostIsNoWordOfRedis() {
        assertThat(RedisFailures.explained(new IllegalStateException("Unable to connect to REDIS-OOM.example.com")))
                .hasMessageContaining("cannot be reached");
    }
}
