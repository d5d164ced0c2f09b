package io.github.wxtoken.token;

import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What operators are told to do, in English or Chinese.
 *
 * <p>A hint travels as a key: WeChat's {@code errcode} or a name, of an entry of {@code hints.properties}. It becomes a text
 * where it is shown, in the language of whoever reads it.
 */
public final class Hints {

    /** To {@link TokenSourceException}: WeChat's hosts cannot be reached. */
    public static final String EGRESS = "egress";

    /** To {@link TokenSourceException}: something else than WeChat seems to have answered. */
    public static final String PROXY = "proxy";

    /** To {@link TokenSourceException}: the access_token was refused with which a ticket was asked for. */
    public static final String ACCESS_TOKEN = "access_token";

    /** Without it, the language of the machine would come before English. */
    private static final Control NO_FALLBACK = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

    private static final Pattern REFERENCE = Pattern.compile("\\{([a-z0-9_]+)}");
    private static final Pattern IP = Pattern.compile("invalid ip ([0-9A-Fa-f.:]{3,45})");

    private Hints() {}

    /**
     * The text of a hint. A key that is unknown, as of a record that another version has written, is returned as it is.
     *
     * @param said WeChat's {@code errmsg}, which may name the IP address that it saw
     */
    public static String text(String key, String said, Locale locale) {
        ResourceBundle hints = bundle(locale);
        return hints.containsKey(key) ? text(hints, key, said) : key;
    }

    /** What to do where somebody else has superseded an account's token. */
    public static String contested(Account account, Locale locale) {
        return text(
                switch (account.api()) {
                    case CLASSIC -> "contested.classic";
                    case STABLE -> "contested.stable";
                },
                "",
                locale);
    }

    static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle(
                Hints.class.getPackageName() + ".hints", locale, Hints.class.getClassLoader(), NO_FALLBACK);
    }

    private static String text(ResourceBundle hints, String key, String said) {
        return REFERENCE.matcher(hints.getString(key)).replaceAll(reference -> {
            String name = reference.group(1);
            Matcher ip = IP.matcher(said);
            return Matcher.quoteReplacement(name.equals("ip") && ip.find() ? ip.group(1) : text(hints, name, said));
        });
    }
}
