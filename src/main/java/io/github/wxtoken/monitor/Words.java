package io.github.wxtoken.monitor;

import java.util.Locale;

/** Constants as operators read them, in logs, metrics and answers alike. */
final class Words {

    private Words() {}

    /** The name of a constant, in small letters. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
