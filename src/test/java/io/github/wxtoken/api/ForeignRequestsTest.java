package io.github.wxtoken.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.wxtoken.api.ForeignRequests.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Tests which host names a port without keys is served by. A running server is tested with all other rules. */
final class ForeignRequestsTest {

    @Test
    void theNameThatTheServerListensOnIsAllowed() {
        ForeignRequests rules =
                new ForeignRequests(List.of(), Stream.of("WxToken.Internal", "wx-ops.internal.", "10.1.2.3"));
        assertThat(reason(rules, "wxtoken.internal:8080")).isNull();
        assertThat(reason(rules, "wx-ops.internal")).isNull();
        assertThat(reason(rules, "internal")).isEqualTo(Reason.HOST);
        assertThat(reason(rules, "evil.example")).isEqualTo(Reason.HOST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wxtoken",
                "WxToken.Example.",
                "wx-token.example",
                "xn--fiq228c.example",
                "1.example",
                "10.1.2.3",
                "wx_token",
                "WX_Token.example",
                "_a.example"
            })
    void aNameMayBeAllowed(String name) {
        assertThat(reason(new ForeignRequests(List.of("other", name), Stream.of()), name + ":8080"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " wxtoken",
                "wxtoken:8080",
                "wxtoken:",
                "http://wxtoken",
                "wxtoken/",
                "*.example",
                "*",
                ".example",
                "a..example",
                "[::1]",
                "::1",
                "user@wxtoken",
                "中.example",
                "wx_token:8080"
            })
    void whatIsNoNameStopsTheStart(String name) {
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> new ForeignRequests(List.of("wxtoken", name), Stream.of()))
                .satisfies(e -> {
                    assertThat(e.getName()).isEqualTo("wxtoken.allowed-hosts[1]");
                    assertThat(e.getReason()).contains(".");
                });
    }

    private static @Nullable Reason reason(ForeignRequests rules, String host) {
        return rules.reason(host, List.of(), List.of(), false);
    }
}
