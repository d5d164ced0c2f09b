package io.github.wxtoken.wechat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The AppSecret of an account, which shows itself to nobody but the client that sends it. */
final class AppSecret {

    private final String value;

    private AppSecret(String value) {
        this.value = value;
    }

    /**
     * Takes a configured value, whatever it is.
     *
     * <p>Public, because it is how Spring converts the property. It must not throw: the exception of a failed conversion
     * quotes the value.
     */
    public static AppSecret of(String value) {
        return new AppSecret(value);
    }

    /** The secret in clear. */
    String value() {
        return value;
    }

    /** Blanks the secret out of a text. */
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
