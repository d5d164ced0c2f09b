package io.github.wxtoken.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** Tests that a long poll is answered before proxies give it up, which most do after 60 seconds. */
final class LongestWaitTest {

    @ParameterizedTest
    @CsvSource({"60, 55", "56, 55", "55, 55", "54, 54", "30, 30", "0, 0", ", 0"})
    void noWaitIsLongerThan55Seconds(String requested, int seconds) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        if (requested != null) {
            request.setParameter(TokenCalls.WAIT, requested);
        }
        assertThat(TokenCalls.wait(Query.of(request, TokenCalls.WAIT))).isEqualTo(Duration.ofSeconds(seconds));
    }
}
