package io.github.wxtoken.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.token.Hints;
import io.github.wxtoken.token.TokenSourceException.Advice;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the table of WeChat's error codes. */
class ErrcodeTest {

    @ParameterizedTest
    @CsvSource({
        "-1, RETRY_SOON",
        "-1000, RETRY_SOON",
        "-42, RETRY_SOON",
        "40001, OPERATOR",
        "40002, BACK_OFF",
        "40013, OPERATOR",
        "40014, BACK_OFF",
        "40226, BACK_OFF",
        "40125, OPERATOR",
        "40164, OPERATOR",
        "40243, OPERATOR",
        "45009, QUOTA",
        "45011, QUOTA",
        "48006, QUOTA",
        "45035, OPERATOR",
        "48017, OPERATOR",
        "50002, OPERATOR",
        "50004, OPERATOR",
        "50007, OPERATOR",
        "61004, OPERATOR",
        "61006, OPERATOR",
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
    void eachTellsAnOperatorWhatToDoInBothLanguages(Errcode errcode) {
        assertHintInBothLanguages(errcode.code());
    }

    /** Tests codes that are handled like any unknown code. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                40002, 40014, 40066, 40226, 41001, 41002, 41004, 42001, 42002, 42003, 42007, 43002, 43003, 44002, 47001,
                61451, 87009, 89501, 89502, 89504, 89505
            })
    void otherCodesHaveAHint(int code) {
        assertHintInBothLanguages(code);
        assertThat(Errcode.advice(code)).isEqualTo(Advice.BACK_OFF);
        assertThat(Errcode.retryAfter(code)).isNull();
    }

    @Test
    void anUnknownCodeHasNoHint() {
        assertThat(Errcode.hint(12345)).isNull();
    }

    private static void assertHintInBothLanguages(int code) {
        String key = Integer.toString(code);
        assertThat(Errcode.hint(code)).isEqualTo(key);
        assertThat(Hints.text(key, "whatever", Locale.ENGLISH)).endsWith(".").hasSizeBetween(20, 400);
        assertThat(Hints.text(key, "whatever", Locale.CHINESE)).endsWith("。").containsPattern("\\p{IsHan}{4}");
    }
}
