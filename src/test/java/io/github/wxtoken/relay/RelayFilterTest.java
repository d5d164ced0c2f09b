package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Accounts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Tests what a caller gets if the server itself fails. */
final class RelayFilterTest {

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @Test
    void aFailureIsNoErrcodeWithWhichSdksRepeatACall() throws ServletException, IOException {
        response.addHeader("Content-Encoding", "gzip");
        filter().doFilter(failing(), response, new MockFilterChain());
        assertThat(response.getStatus()).isEqualTo(500);
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
        assertThat(response.getHeader("Content-Encoding")).isNull();
        assertThat(response.getContentAsString()).doesNotContain("errcode", "canary");
    }

    @SuppressWarnings("NullAway")
    private static RelayFilter filter() {
        return new RelayFilter(
                "",
                new Accounts(List.of()),
                new RelayAuthentication(null, null, null, null, null),
                Map.of(),
                new CallsInFlight<>(1),
                null,
                new RelayMeters(new SimpleMeterRegistry(), List.of()),
                null,
                null);
    }

    private static HttpServletRequest failing() {
        return new HttpServletRequestWrapper(new MockHttpServletRequest("GET", "/relay/wxa/getwxacode")) {
            @Override
            public String getHeader(String name) {
                throw new IllegalStateException("canary");
            }
        };
    }
}
