package io.github.wxtoken;

import io.github.wxtoken.support.Message;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** Explains a rejected value by a mistake that is common to all properties. It never shows the value. */
final class ValueFlaw {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[A-Za-z0-9._-]+}");
    private static final Pattern QUOTED = Pattern.compile("\\s*([\"']).*|.*([\"'])\\s*", Pattern.DOTALL);

    private ValueFlaw() {}

    /** Returns the reason why a configured value is wrong, or null if it has no such mistake. */
    static @Nullable Message of(Environment environment, Object value) {
        String text;
        try {
            text = environment.resolvePlaceholders(value.toString());
        } catch (IllegalArgumentException e) {
            // Placeholders that refer to each other. The exception quotes the value.
            return Message.of(ValueFlaw.class, "value.circle");
        }
        Matcher placeholder = PLACEHOLDER.matcher(text);
        if (placeholder.find()) {
            return Message.of(ValueFlaw.class, "value.placeholder", placeholder.group());
        }
        return QUOTED.matcher(text).matches() ? Message.of(ValueFlaw.class, "value.quotes") : null;
    }
}
