package io.github.wxtoken.support;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text for people that is rendered in the language of its reader: Chinese for a Chinese reader, English for any other
 * one. Immutable.
 *
 * <p>The texts of a package are in {@code messages.properties} and {@code messages_zh.properties} beside its classes, in
 * UTF-8. A digit in braces, such as {@code {0}}, stands for an argument; all other characters stand for themselves.
 */
public final class Message implements Localized {

    /** Prevents a fallback to the machine's locale before English. */
    private static final Control NO_FALLBACK = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\d)}");

    private final Class<?> user;
    private final String key;
    private final List<Object> arguments;

    private Message(Class<?> user, String key, List<Object> arguments) {
        this.user = user;
        this.key = key;
        this.arguments = arguments;
    }

    /**
     * Returns a message of a package.
     *
     * @param user a class of the package
     * @param arguments the arguments, at most ten; localized ones are rendered in the same language
     */
    public static Message of(Class<?> user, String key, Object... arguments) {
        return new Message(user, key, List.of(arguments));
    }

    @Override
    public String in(Locale locale) {
        // The context class loader of a request's thread is Tomcat's, which ends with Tomcat.
        String text = ResourceBundle.getBundle(
                        user.getPackageName() + ".messages", locale, user.getClassLoader(), NO_FALLBACK)
                .getString(key);
        return PLACEHOLDER.matcher(text).replaceAll(placeholder -> {
            Object argument = arguments.get(Integer.parseInt(placeholder.group(1)));
            return Matcher.quoteReplacement(
                    argument instanceof Localized localized ? localized.in(locale) : argument.toString());
        });
    }

    /** Returns the text in the language of the machine, or in English if the machine cannot show that, for a failed start. */
    public String inSystemLanguage() {
        String text = in(Locale.getDefault(Locale.Category.DISPLAY));
        // Under a bare locale such as POSIX, JDK 17 prints question marks until the log has its own character set.
        return Charset.defaultCharset().newEncoder().canEncode(text) ? text : toString();
    }

    /** Returns the English text, which is also that of the log. */
    @Override
    public String toString() {
        return in(Locale.ENGLISH);
    }
}
