package io.github.wxtoken.token;

import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Instructions for operators, in English and Chinese.
 *
 * <p>Records and exceptions carry a hint as a key of {@code hints.properties}: WeChat's {@code errcode} or a name. The
 * text is looked up only for display, in the reader's language.
 */
public final class Hints {

    /** The key, for a {@link TokenSourceException}, of unreachable WeChat hosts. */
    public static final String EGRESS = "egress";

    /** The key, for a {@link TokenSourceException}, of an unreachable or silent forward proxy. */
    public static final String FORWARD_PROXY = "forward_proxy";

    /** The key, for a {@link TokenSourceException}, of a forward proxy that requires a login or rejects it. */
    public static final String PROXY_LOGIN = "proxy_login";

    /** The key, for a {@link TokenSourceException}, of a forward proxy that does not permit the connection. */
    public static final String PROXY_REFUSES = "proxy_refuses";

    /** The key, for a {@link TokenSourceException}, of a forward proxy that cannot reach WeChat's hosts. */
    public static final String BEHIND_PROXY = "behind_proxy";

    /** The key, for a {@link TokenSourceException}, of a host whose certificate is not trusted. */
    public static final String CERTIFICATE = "certificate";

    /** The key, for a {@link TokenSourceException}, of a response that seems not to come from WeChat. */
    public static final String PROXY = "proxy";

    /** The key, for a {@link TokenSourceException}, of a response whose token has a form that no token has. */
    public static final String TOKEN_FORM = "token_form";

    /** The key, for a {@link TokenSourceException}, of a ticket request whose access_token WeChat rejected. */
    public static final String ACCESS_TOKEN = "access_token";

    /** Prevents a fallback to the machine's locale before English. */
    private static final Control NO_FALLBACK = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

    private static final String ANY_ACCOUNT = "wxtoken.accounts.<name>";

    private static final Pattern REFERENCE = Pattern.compile("\\{([a-z0-9_]+)}");
    private static final Pattern IP = Pattern.compile("invalid ip ([0-9A-Fa-f.:]{3,45})");

    private Hints() {}

    /**
     * Returns the text of a hint for any account, or an unknown key itself: another wxtoken version may have written the
     * record.
     *
     * @param said WeChat's {@code errmsg}, which may contain the IP address that WeChat saw
     */
    public static String text(String key, String said, Locale locale) {
        return text(key, said, ANY_ACCOUNT, locale);
    }

    /**
     * Returns the text of a hint for one account.
     *
     * @param account the prefix of the account's properties
     * @see #text(String, String, Locale)
     */
    public static String text(String key, String said, String account, Locale locale) {
        ResourceBundle hints = bundle(locale);
        return hints.containsKey(key) ? text(hints, key, said, account) : key;
    }

    /** Returns whether there is a hint of this key. */
    public static boolean isKnown(String key) {
        return bundle(Locale.ENGLISH).containsKey(key);
    }

    /** Returns the hint for an account whose token was ended, but not by this server. */
    public static String contested(Account account, Locale locale) {
        return text(
                switch (account.api()) {
                    case CLASSIC -> "contested.classic";
                    case STABLE -> "contested.stable";
                },
                "",
                locale);
    }

    /**
     * Returns what to do about a problem with the shared store.
     *
     * @param detail what identifies the problem in any language, such as a version or a key; may be empty
     */
    public static String store(StoreProblem problem, String detail, Locale locale) {
        String hint = text(storeKey(problem), "", locale);
        return detail.isEmpty() ? hint : hint + " [" + detail + "]";
    }

    static String storeKey(StoreProblem problem) {
        return "store." + problem.name().toLowerCase(Locale.ROOT);
    }

    static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle(
                Hints.class.getPackageName() + ".hints", locale, Hints.class.getClassLoader(), NO_FALLBACK);
    }

    private static String text(ResourceBundle hints, String key, String said, String account) {
        return REFERENCE.matcher(hints.getString(key)).replaceAll(reference -> {
            String name = reference.group(1);
            Matcher ip = IP.matcher(said);
            return Matcher.quoteReplacement(
                    name.equals("account")
                            ? account
                            : name.equals("ip") && ip.find() ? ip.group(1) : text(hints, name, said, account));
        });
    }
}
