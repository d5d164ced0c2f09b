package io.github.wxtoken.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.TokenSourceException.Advice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of WeChat's error codes. */
class ErrcodeTest {

    @ParameterizedTest
    @CsvSource({
        "-1, RETRY_SOON",
        "-1000, RETRY_SOON",
        "-42, RETRY_SOON",
        "40001, OPERATOR",
        "40002, BACK_OFF",
        "40013, OPERATOR",
        "40125, OPERATOR",
        "40164, OPERATOR",
        "40243, OPERATOR",
        "45009, QUOTA",
        "45011, QUOTA",
        "45035, OPERATOR",
        "48017, OPERATOR",
        "50002, OPERATOR",
        "50004, OPERATOR",
        "50007, OPERATOR",
        "61004, OPERATOR",
        "61024, OPERATOR",
        "89501, BACK_OFF",
        "89503, OPERATOR",
        "89506, BACK_OFF",
        "89507, BACK_OFF",
        "12345, BACK_OFF",
    })
    void advises(int code, Advice advice) {
        assertThat(Errcode.advice(code)).isEqualTo(advice);
    }

    @ParameterizedTest
    @EnumSource
    void eachTellsAnOperatorWhatToDo(Errcode errcode) {
        assertThat(errcode.hint("whatever"))
                .endsWith(".")
                .doesNotContain("{", "null")
                .hasSizeBetween(20, 400);
    }

    @Test
    void namesTheAddressThatWeChatSaw() {
        assertThat(Errcode.IP_NOT_IN_WHITELIST.hint("invalid ip 1.2.3.4, not in whitelist hint: [x]"))
                .startsWith("Put 1.2.3.4 on the IP whitelist");
        assertThat(Errcode.IP_NOT_IN_WHITELIST.hint("invalid ip 2001:db8::1, not in whitelist"))
                .startsWith("Put 2001:db8::1 on");
        assertThat(Errcode.IP_NOT_IN_WHITELIST.hint("access clientip is not registered"))
                .startsWith("Put this server's outgoing IP address on");
    }
}
