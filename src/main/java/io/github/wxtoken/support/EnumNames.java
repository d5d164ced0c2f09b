package io.github.wxtoken.support;

import java.util.Locale;

/** Formats enum constants for logs, metrics, Redis keys and responses. */
public final class EnumNames {

    private EnumNames() {}

    /** Returns the name of a constant in lower case. */
    public static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
