package io.github.wxtoken.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests messages with the bundle of this package. */
final class MessageTest {

    private static final Message MISSPELT = Message.of(MessageTest.class, "name.dot", "a{1}b", "it's $1");

    private final Locale machine = Locale.getDefault();

    @AfterEach
    void speakAsBefore() {
        Locale.setDefault(machine);
        ResourceBundle.clearCache(Message.class.getClassLoader());
    }

    @Test
    void everyChineseReaderGetsChinese() {
        for (String reader : new String[] {"zh", "zh-CN", "zh-TW", "zh-Hans-SG"}) {
            assertThat(MISSPELT.in(Locale.forLanguageTag(reader))).as(reader).contains("没有这个配置项", "a{1}b", "it's $1");
        }
    }

    @Test
    void everyOtherReaderGetsEnglishOnAnyMachine() {
        Locale.setDefault(Locale.SIMPLIFIED_CHINESE);
        ResourceBundle.clearCache(Message.class.getClassLoader());
        for (Locale reader : new Locale[] {Locale.ENGLISH, Locale.US, Locale.FRANCE, Locale.ROOT}) {
            assertThat(MISSPELT.in(reader)).as(reader.toString()).contains("a{1}b", "it's $1");
            assertThat(MISSPELT.in(reader)).doesNotContainPattern("\\p{IsHan}");
        }
        assertThat(MISSPELT).hasToString(MISSPELT.in(Locale.ENGLISH));
    }

    @Test
    void aFailureOfTheStartIsInTheLanguageOfTheMachine() {
        Locale.setDefault(Locale.FRANCE);
        assertThat(MISSPELT.inSystemLanguage()).isEqualTo(MISSPELT.in(Locale.ENGLISH));
        Locale.setDefault(Locale.SIMPLIFIED_CHINESE);
        assertThat(MISSPELT.inSystemLanguage()).isEqualTo(MISSPELT.in(Locale.CHINESE));
    }

    @Test
    void aMessageWithinAMessageHasTheSameLanguage() {
        Message outer = Message.of(MessageTest.class, "name.dot", MISSPELT, 7);
        assertThat(outer.in(Locale.CHINESE)).contains(MISSPELT.in(Locale.CHINESE), "7");
        assertThat(outer.in(Locale.ENGLISH)).contains(MISSPELT.in(Locale.ENGLISH), "7");
    }
}
