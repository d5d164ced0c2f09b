package io.github.wxtoken.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how parameters are read and replaced in a query. */
final class RawQueryTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"a=%20b", "a+b=c+d", "%E9%97%A8=%e5%ba%97", "a=1,2|3[4]", "a=&b", "&", "a&&b=1&", "=x", "a=b=c"})
    void allOtherParametersStayAsTheyCame(String query) {
        assertThat(RawQuery.of(query).encoded()).isEqualTo(query);
        assertThat(RawQuery.of(query).with("access_token", "t").encoded()).isEqualTo(query + "&access_token=t");
        assertThat(RawQuery.of(query + "&access_token=old")
                        .with("access_token", "t")
                        .encoded())
                .isEqualTo(query + "&access_token=t");
        assertThat(RawQuery.of("access_token=old&" + query)
                        .with("access_token", "t")
                        .encoded())
                .isEqualTo("access_token=t&" + query);
        assertThat(RawQuery.of("%61ccess_token=old&" + query)
                        .without("access_token")
                        .encoded())
                .isEqualTo(query);
    }

    @ParameterizedTest
    @CsvSource({"access_token=a%2Bb, a+b", "access%5Ftoken=x, x", "x=1&access_token=y&z, y", "access_token=, ", "x, "})
    void valuesAreDecoded(String query, String value) {
        assertThat(RawQuery.of(query).get("access_token")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "access_token=a&access_token=b",
                "access_token=a&access_token=a",
                "access_token=&%61ccess_token=b",
                "access_token&access_token",
                "access_token=%",
                "%zz=1"
            })
    void ambiguousAndMalformedOnesAreRefused(String query) {
        assertThatThrownBy(() -> RawQuery.of(query).get("access_token"))
                .isInstanceOf(RelayException.class)
                .hasMessageStartingWith("data format error");
    }

    @Test
    void noQueryIsEmpty() {
        assertThat(RawQuery.of(null).encoded()).isEmpty();
        assertThat(RawQuery.of("").with("access_token", "a b").encoded()).isEqualTo("access_token=a+b");
    }

    @Test
    void theContentIsHidden() {
        assertThat(RawQuery.of("access_token=canary")).hasToString("RawQuery[1]");
    }
}
