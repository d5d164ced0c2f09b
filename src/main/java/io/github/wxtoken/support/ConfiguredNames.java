package io.github.wxtoken.support;

import java.util.regex.Pattern;

/** The names that operators choose for accounts and callers. They are parts of property names. */
public final class ConfiguredNames {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    /** The names that a property name can contain without brackets. */
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9-]+");

    private ConfiguredNames() {}

    /** Returns whether a name is allowed. It appears in logs and metrics. */
    public static boolean isAllowed(String name) {
        return NAME.matcher(name).matches();
    }

    /** Returns the prefix of an account's properties. */
    public static String account(String name) {
        return prefix("wxtoken.accounts", name);
    }

    /** Returns the prefix of the properties of a name, as Spring Boot spells it. */
    public static String prefix(String root, String name) {
        return root + (PLAIN.matcher(name).matches() ? "." + name : "[" + name + "]");
    }
}
