package io.github.wxtoken.wechat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The AppSecret of an account. Its {@link #toString()} hides the value. */
final class AppSecret {

    private final String value;

    private AppSecret(String value) {
        this.value = value;
    }

    /**
     * Creates a secret from any configured value.
     *
     * <p>It is public because Spring converts the property with it. It must not throw, since the exception of a failed
     * conversion quotes the value.
     */
    public static AppSecret of(String value) {
        return new AppSecret(value);
    }

    /** Returns the secret in plain text. */
    String value() {
        return value;
    }

    /** Masks the secret in a text. */
    String mask(String text) {
        return value.isEmpty()
                ? text
                : Pattern.compile(value, Pattern.LITERAL | Pattern.CASE_INSENSITIVE)
                        .matcher(text)
                        .replaceAll(Matcher.quoteReplacement(this.toString()));
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
