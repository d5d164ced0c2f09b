package io.github.wxtoken.monitor;

import java.util.Locale;

/** Formats constants for logs, metrics and responses. */
final class Words {

    private Words() {}

    /** Returns the name of a constant in lower case. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
