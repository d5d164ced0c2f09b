package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which versions of Redis are new enough. */
class RedisVersionTest {

    @ParameterizedTest
    @CsvSource({
        "5.0.14, false",
        "6.0.16, false",
        "6.1.240, false",
        "6.2.0, true",
        "6.2, true",
        "7.2.4, true",
        "8.0.0, true",
        "10.1, true",
        "unstable, true"
    })
    void knowsWhichVersionsAreNewEnough(String version, boolean enough) {
        assertThat(RedisVersion.isNewEnough(version)).isEqualTo(enough);
    }
}
