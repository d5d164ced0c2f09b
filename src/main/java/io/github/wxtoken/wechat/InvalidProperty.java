package io.github.wxtoken.wechat;

import io.github.wxtoken.support.Message;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Creates exceptions for invalid properties, in the language of the machine. They never show the value, which may be or
 * contain a secret.
 */
final class InvalidProperty {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[A-Za-z0-9._-]+}");

    private InvalidProperty() {}

    static InvalidConfigurationPropertyValueException property(String name, Message reason) {
        return new InvalidConfigurationPropertyValueException(name, "(not shown)", reason.inSystemLanguage());
    }

    /** Returns the first unresolved placeholder in a text, or an empty string. */
    static String placeholder(String text) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        return placeholder.find() ? placeholder.group() : "";
    }
}
